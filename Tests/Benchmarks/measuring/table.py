"""The figures of a run, each judged by its limit."""


class Figure:

    def __init__(self, what, measured, unit, at_most=None, at_least=None):
        self.what, self.measured, self.unit = what, measured, unit
        self.at_most, self.at_least = at_most, at_least

    @property
    def is_missed(self):
        return (self.at_most is not None and self.measured > self.at_most
                or self.at_least is not None and self.measured < self.at_least)

    @property
    def limit(self):
        if self.at_most is not None:
            return '<= %g' % self.at_most
        return '' if self.at_least is None else '>= %g' % self.at_least

    @property
    def verdict(self):
        return '' if not self.limit else 'MISSED' if self.is_missed else 'ok'

    def __str__(self):
        return ('%-62s %9.2f %-4s %-8s %s' % (self.what, self.measured, self.unit, self.limit, self.verdict)).rstrip()


class Table:

    def __init__(self):
        self.figures = []

    def add(self, what, measured, unit, at_most=None, at_least=None):
        self.figures.append(Figure(what, measured, unit, at_most, at_least))

    @property
    def missed(self):
        return [figure for figure in self.figures if figure.is_missed]

    def __str__(self):
        head = '%-62s %9s %-4s %s' % ('figure', 'measured', '', 'limit')
        return '\n'.join([head, *map(str, self.figures)])

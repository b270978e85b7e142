"""What a monitoring system reads, through a real parser."""
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from .http import send

CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'


class Metrics:
    """One reading: (sample name, its labels) to value, and the families as they were parsed."""

    def __init__(self, text):
        self.text = text
        self.families = list(text_string_to_metric_families(text))
        self.samples = {(sample.name, frozenset(sample.labels.items())): sample.value
                        for family in self.families for sample in family.samples}

    def value(self, name, **labels):
        """The one sample of that name that has these labels; the sum if there are several."""
        found = [value for (sample, has), value in self.samples.items() if sample == name and labels.items() <= has]
        assert found, '%s %s is not in\n%s' % (name, labels, self.text)
        return sum(found)


def read(daemon):
    """Of a daemon of the fixture `measured`."""
    answer = send('GET', 'http://127.0.0.1:%d/metrics' % daemon.groups['metrics']['port'], timeout=5)
    assert answer.status == 200 and answer.headers['Content-Type'] == CONTENT_TYPE
    return Metrics(answer.data.decode())

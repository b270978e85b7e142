"""What Cinder keeps: things with a state, in collections that are listed page by page, newest first."""
from __future__ import annotations

import bisect
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

PAGE = 1000         # osapi_max_limit


class Thing:
    """A volume, snapshot or backup. Its JSON is made once for each change."""

    __slots__ = ('id', 'project', 'made', 'fields', 'content', 'seen', '_rendered')

    def __init__(self, number: str, project: str, content: str, fields: dict[str, Any]) -> None:
        self.id = number
        self.project = project
        self.made = int(time.time())        # Cinder's database keeps whole seconds
        # What its bytes would be: whoever copies it copies that.
        self.content = content
        # When it was last looked at, alone or in a list; of time.monotonic().
        self.seen = 0.0
        moment = time.strftime('%Y-%m-%dT%H:%M:%S.000000', time.gmtime(self.made))
        self.fields: dict[str, Any] = {'id': number, 'created_at': moment, 'updated_at': moment, **fields}
        self._rendered: bytes | None = None

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def set(self, **changes: Any) -> None:
        self.fields.update(changes)
        self._rendered = None

    @property
    def metadata(self) -> dict[str, str]:
        return self.fields['metadata']

    @property
    def rendered(self) -> bytes:
        if self._rendered is None:
            self._rendered = json.dumps(self.fields).encode()
        return self._rendered


class Collection:
    """All things of a kind."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.things: dict[str, Thing] = {}
        # Those of a project, and those of a volume, in the order of their making, as Cinder sorts: ties by id.
        self._order: dict[str, list[tuple[int, str]]] = {}

    def __iter__(self) -> Iterator[Thing]:
        return iter(list(self.things.values()))

    def get(self, number: str, project: str | None) -> Thing | None:
        """Of one project, or of any."""
        thing = self.things.get(number)
        return thing if thing is not None and project in (None, thing.project) else None

    def add(self, thing: Thing) -> None:
        self.things[thing.id] = thing
        for key in self._keys(thing):
            bisect.insort(self._order.setdefault(key, []), (thing.made, thing.id))

    def remove(self, thing: Thing) -> None:
        if self.things.pop(thing.id, None) is None:
            return
        for key in self._keys(thing):
            order = self._order[key]
            del order[bisect.bisect_left(order, (thing.made, thing.id))]

    def of_volume(self, volume: str) -> list[Thing]:
        return [self.things[number] for _, number in self._order.get(volume, [])]

    def page(self, project: str | None, volume: str | None, ascending: bool, marker: str | None, limit: int,
             is_wanted: Callable[[Thing], bool] | None) -> tuple[list[Thing], bool] | None:
        """The things of a page, and whether it is full; None where the marker is unknown."""
        order = self._order.get(volume or project or '', [])
        if not ascending:
            begin = len(order)
        else:
            begin = 0
        if marker is not None:
            found = self.things.get(marker)
            if found is None:
                return None
            place = bisect.bisect_left(order, (found.made, found.id))
            begin = place + 1 if ascending else place
        chosen: list[Thing] = []
        places = range(begin, len(order)) if ascending else range(begin - 1, -1, -1)
        for place in places:
            thing = self.things[order[place][1]]
            if (project is None or thing.project == project) and (is_wanted is None or is_wanted(thing)):
                chosen.append(thing)
                if len(chosen) == limit:
                    return chosen, True
        return chosen, False

    @staticmethod
    def _keys(thing: Thing) -> tuple[str, ...]:
        volume = thing.fields.get('volume_id')
        return ('', thing.project) if volume is None else ('', thing.project, volume)

"""The real daemon against a cloud of this process: killed at any instant, and met by every fault at every call."""
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
for _folder in ('Stub', 'Acceptance'):
    sys.path.insert(0, str(TESTS / _folder))

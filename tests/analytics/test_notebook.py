"""The package in a notebook: the example works, and charts alone load plotly."""

import subprocess
import sys
import textwrap
from pathlib import Path

import analytics

ROOT = Path(__file__).parents[2]


def test_the_example_of_the_package_gives_what_it_says() -> None:
    _, _, rest = (analytics.__doc__ or "").partition("::\n")
    code, _, _ = rest.partition("\ngives")
    names: dict[str, object] = {}
    exec(textwrap.dedent(code), names)
    row = names["row"]
    found = row.to_json()  # type: ignore[attr-defined]
    assert (found["numerator"], found["denominator"]) == (57, 60)
    assert (found["low"], found["high"]) == (0.8717, 0.9815)
    assert found["verdict"] == "chua_du_can_cu"


def test_plotly_is_loaded_by_charts_alone() -> None:
    code = (
        "import sys, analytics.measures, analytics.trend, analytics.compare, "
        "analytics.coverage, analytics.hours, analytics.catalogue\n"
        "assert 'plotly' not in sys.modules\n"
        "import analytics.charts\n"
        "assert 'plotly.express' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

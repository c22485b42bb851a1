"""Measures and figures of citizen satisfaction: frames in, figures out.

The package knows no web framework, no database and no clock; a notebook is enough::

    from datetime import date

    from analytics import frames
    from analytics.measures import CubeFrames, MeasureRequest, compute

    cube = CubeFrames(
        scores=frames.scores([
            # day, point, channel, question, value, n
            (date(2026, 10, 5), "Q1", "kiosk", "overall", 5, 37),
            (date(2026, 10, 5), "Q1", "kiosk", "overall", 4, 20),
            (date(2026, 10, 5), "Q1", "kiosk", "overall", 3, 2),
            (date(2026, 10, 5), "Q1", "kiosk", "overall", 2, 1),
        ]),
        populations=frames.populations([("2026-10", None, None, 412)]),
        targets=frames.targets([("satisfaction", date(2026, 1, 1), 0.9)]),
        fields_of_point={"Q1": frozenset({"ho_tich"})},
        class_of_channel={"kiosk": "kiosk", "canary": "synthetic"},
    )
    request = MeasureRequest("satisfaction", "2026-10", "2026-11")
    [row] = compute(request, cube)
    row.to_json()

gives 57 of 60 satisfied, 95 % (interval 87.17 to 98.15 %, after the correction for
412 dossiers), verdict ``chua_du_can_cu``.

Rooms, top to bottom:

- ``charts``: rows to plotly figures; the only room that imports plotly.
- ``trend``, ``compare``, ``coverage``, ``hours``: what a set of rows says, as codes
  and parameters; the application turns them into sentences.
- ``measures``: the cube's frames to rows of figures.
- ``frames``, ``catalogue``, ``intervals``, ``disclosure``: checked inputs, the
  definitions in ``definitions/*.toml``, the statistics, the protection of small cells.
"""

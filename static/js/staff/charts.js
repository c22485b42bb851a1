// Draws the figures of a page with plotly; the numbers under them are there before.

const PLOTLY_CONFIG = {
  locale: "vi",
  locales: { vi: { dictionary: {}, format: { decimal: ",", thousands: "." } } },
  displayModeBar: false,
  displaylogo: false,
  responsive: true,
  showSendToCloud: false,
  plotlyServerURL: "",
  topojsonURL: "",
};
// Where the system gives the colours, the table says more than a drawing in ours.
const FORCED = "(forced-colors: active)";
// Narrower than this, thirteen month names would stand on end.
const NARROW_PX = 560;
const KEEP_EVERY = 3;

export async function drawCharts(root, plotly) {
  plotly.setPlotConfig(PLOTLY_CONFIG);
  const places = [...root.querySelectorAll("[data-figure]")];
  await Promise.all(places.map((place) => drawChart(place, plotly)));
}

async function drawChart(place, plotly) {
  const numbers = place.closest("section").querySelector("details");
  if (window.matchMedia(FORCED).matches) {
    place.hidden = true;
    return;
  }
  try {
    const figure = await fetchFigure(place.dataset.figure);
    await plotly.newPlot(place, figure.data, withFewerTicks(figure.layout, place));
    scaleOnPaper(place);
    place.on("plotly_afterplot", () => scaleOnPaper(place));
    numbers.open = false;
  } catch (fault) {
    // The table stays open and says the same.
    place.hidden = true;
    throw fault;
  }
}

async function fetchFigure(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`figure: ${answer.status}`);
  return answer.json();
}

function withFewerTicks(layout, place) {
  if (place.clientWidth >= NARROW_PX) return layout;
  const { tickvals, ticktext } = layout.xaxis;
  const last = tickvals.length - 1;
  const kept = (_, index) => (last - index) % KEEP_EVERY === 0;
  const xaxis = {
    ...layout.xaxis,
    tickvals: tickvals.filter(kept),
    ticktext: ticktext.filter(kept),
  };
  return { ...layout, xaxis };
}

// A printer's page is narrower than the screen, and no resize event tells of it.
function scaleOnPaper(place) {
  for (const drawing of place.querySelectorAll("svg.main-svg")) {
    const { width, height } = drawing;
    drawing.setAttribute(
      "viewBox",
      `0 0 ${width.baseVal.value} ${height.baseVal.value}`,
    );
  }
}

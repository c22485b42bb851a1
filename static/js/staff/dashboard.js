// The dashboard works without this; it adds the drawings.

import { drawCharts } from "./charts.js";

document.documentElement.dataset.script = "on";
drawCharts(document, window.Plotly);

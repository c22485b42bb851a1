// The dashboard works without this; it adds the drawings.

import { drawCharts } from "./charts.js";

drawCharts(document, window.Plotly);

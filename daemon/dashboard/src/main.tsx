import { render } from "preact";
import { App } from "./app";
import { startAuth } from "./auth";
import { startLive } from "./live";
import { startRouter } from "./router";
import { startTheme } from "./theme";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/grid.css";

startTheme();
startAuth();
startRouter();
startLive();
const root = document.getElementById("app");
if (root) render(<App />, root);

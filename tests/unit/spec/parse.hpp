// A vocabulary for tests and short ways to parse.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "spec/spec.hpp"
#include "zones/zones.hpp"

namespace kontor::spec::testing {

// Every built-in task by name; `echo` has a strict input schema for the tests of `with`.
inline Vocabulary vocabulary() {
    static const Json echo = json_from_text(R"({"type": "object", "required": ["text"], "additionalProperties": false,
        "properties": {"text": {"type": "string"}, "n": {"type": "integer", "minimum": 1},
                       "on": {"type": "boolean"}, "list": {"type": "array", "items": {"type": "string"}}}})").value();
    Vocabulary known;
    known.tasks = {"warehouse.extract", "dataset.prepare", "model.trial", "model.choose", "model.predict", "model.score",
                   "model.compare", "model.promote", "model.import", "report.build", "review.labels", "samples.collect", "codes.in_force", "monitor.check", "monitor.said", "approval", "event.emit", "notify.send", "exec",
                   "http", "workflow.run", "sleep", "noop", "echo"};
    known.input_schema = [](std::string_view uses) { return uses == "echo" ? &echo : nullptr; };
    known.repeatable = {"dataset.prepare", "exec", "model.trial"};
    known.zone = [](std::string_view name) { return zones::find_zone(name); };
    return known;
}

inline Parsed parse(std::string_view text) { return parse_workflow(text, vocabulary()); }

// "line:column message | hint", one string a diagnostic.
using Errors = std::vector<std::string>;
inline Errors errors(std::string_view text) {
    Errors lines;
    for (const Diagnostic& diagnostic : parse(text).diagnostics) {
        std::string line = std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + " " + diagnostic.message;
        line += diagnostic.hint.empty() ? "" : " | " + diagnostic.hint;
        lines.push_back(std::move(line));
    }
    return lines;
}

// A workflow whose tasks are `tasks`, from line 4 on.
inline std::string with_tasks(std::string_view tasks) {
    return "workflow: w\npartition: {key: country, over: [DE, FR]}\ntasks:\n" + std::string(tasks);
}

// Uses every feature of the language.
inline constexpr std::string_view whole = R"yaml(# yaml-language-server: $schema=../proto/workflow.schema.json
workflow: train
title: Train a model for every country
params:
  countries: {type: array, items: {type: string, pattern: "^[A-Z]{2}$"}, default: []}
  trials:    {type: integer, minimum: 1, maximum: 500, default: 24}
  country:   {type: string}
  required:  [country]
partition:
  key: country
  over: ${{ tasks.extract.outputs.countries }}
triggers:
  monthly:   {cron: "0 2 1 * *", timezone: Europe/Luxembourg, dst: {gap: after, fold: first}, catchup: last,
              params: {country: "${{ tick.period }}"}}
  often:     {cron: "@hourly", catchup: {all: 7}, dst: {gap: skip, fold: both}}
  on-alarm:  {event: kontor.alarm.raised, when: "${{ event.data.alarm == 'accuracy' }}",
              params: {countries: ["${{ event.data.country }}"], country: NO}}
concurrency: {group: train, limit: 2, on_conflict: reject}
deadline: 6h
defaults:
  retry: {attempts: 5, backoff: 1s, factor: 3, max: 10m, jitter: none}
  timeout: 20m
tasks:
  summary:  {uses: notify.send, after: choose, gate: {pass: "90%", must: [DE, NO]}, when: always,
             with: {text: "${{ size(tasks.choose.succeeded) }} done in run ${{ run.id }}"}}
  extract:  {uses: warehouse.extract, role: extractor, with: {query: queries/labelled_items.sql, split_by: country}}
  prepare:  {uses: dataset.prepare, after: extract, per: country, cores: 2, priority: 7, with: {holdout: 0.2}}
  tune:     {uses: model.trial, after: prepare, per: [country, trial], fan_out: {trial: "${{ params.trials }}"},
             retry: {attempts: 2}, timeout: 90s, with: {trial: "${{ trial }}", champion: "${{ default(winner.model, null) }}"}}
  recheck:  {uses: noop, after: tune, per: [country, trial]}
  choose:   {uses: model.choose, after: tune, per: country, gate: {pass: 0.5},
             when: "${{ tasks.prepare.outputs.usable }}", with: {metric: macro_f1, trials: "${{ tasks.tune.outputs }}"}}
  announce: {uses: event.emit, after: choose, per: country, with: {type: kontor.model.trained, country: "${{ country }}"}}
)yaml";

}  // namespace kontor::spec::testing

// What a task gives back: outputs and effects, or a failure with a class, or "interrupted".
// The lowest room of all: the engine's core and every task speak of outcomes in these words.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::sdk {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

// Decides what happens next.
enum class FailureClass {
    Transient,  // the world was not ready: back off and retry
    Resource,   // out of memory, disk or time: retry, then dead letter
    Data,       // the input is wrong: dead letter at once, another try cannot help
    Config,     // the workflow or the configuration is wrong: dead letter at once
    Bug,        // the code is wrong: dead letter at once, alert
};
std::string_view to_string(FailureClass kind);
std::optional<FailureClass> failure_class_from(std::string_view text);

// A stored object as tasks pass it on: `{"key": ..., "sha256": ..., "bytes": ...}` in inputs and outputs.
struct ObjectRef {
    std::string key;     // scope/workflow/run/country/name
    std::string sha256;  // of the plain bytes, lowercase hex
    std::int64_t bytes = 0;
};
Json to_json(const ObjectRef& object);
// Throws TaskFailure(Config) when `value` is no object reference; `what` names it in the sentence.
ObjectRef object_ref_from(const Json& value, std::string_view what);

// Effects: facts that the conductor records in the same transaction as the task's success.
struct ObjectWritten {
    ObjectRef object;
    std::string country;
    std::string scope;         // first segment of the key: raw, dataset, model, prediction, report, quarantine
    std::string key_id;        // the key-encryption key that wraps its data key
    std::int64_t stored_bytes = 0;
};
struct ObjectOpened {  // audit of one unwrapped data key
    std::string key;
    std::string role;
    std::string key_id;
};
struct DatasetRegistered {
    std::string country;
    std::string kind;  // raw, train, holdout, items, predictions
    ObjectRef object;
    std::int64_t rows = 0;
    std::int64_t quarantined = 0;
    Json details;
};
struct ModelRegistered {
    std::string model;  // m-<hash of its content>
    std::string country;
    std::string family;
    ObjectRef object;
    Json params;
    Json metrics;
};
struct ModelScored {
    std::string model;
    std::string country;
    std::string dataset_sha256;  // scores compare only on the same rows
    std::int64_t rows = 0;
    Json metrics;
};
struct WinnerChosen {
    std::string country;
    std::string model;
    Json reason;   // metrics of both sides, the rule, a sentence
    Json details;  // what `winner` gives in expressions: {"model":..., "object":..., ...}
};
struct EventEmitted {
    std::string type;  // CloudEvents type, e.g. kontor.model.trained
    std::string subject;
    Json data;
};
// One number that tells how a country's data or model is doing in a period. Where a metric is taken of every feature, each has its own.
struct Reading {
    std::string metric;
    std::string feature;  // empty: of no feature
    double value = 0;
    std::int64_t rows = 0;  // that it was taken from
};
// When somebody is to be told of a metric. Exactly one of `above` and `below` is set.
struct AlarmRule {
    std::string name;
    std::string metric;
    std::optional<double> above;
    std::optional<double> below;
    std::optional<double> clear;   // at or behind it the alarm is over; none: the limit itself
    int consecutive = 1;           // periods in a row that are beyond the limit
    std::int64_t min_rows = 0;     // a reading from fewer decides nothing
    int against = 0;               // > 0: not the value but its ratio to the median of up to so many periods before
    bool retrain = false;
};
// Readings of one country and period, with the rules that they are held against as they are recorded.
struct ReadingsTaken {
    std::string country;
    std::string period;
    std::string model;  // empty: of no model
    std::vector<Reading> readings;
    std::vector<AlarmRule> alarms;
    JsonObject data;  // handed on in the events of these alarms
};
using Effect = std::variant<
    ObjectWritten, ObjectOpened, DatasetRegistered, ModelRegistered, ModelScored, WinnerChosen, EventEmitted, ReadingsTaken>;

struct Succeeded {
    Json outputs = JsonObject{};
    std::vector<Effect> effects{};
};
struct Failed {
    FailureClass kind = FailureClass::Bug;
    std::string reason;  // one sentence: what is wrong, and what to do
    std::optional<std::chrono::microseconds> retry_after{};
};
// Stopped by cancel or shutdown: not the task's fault, not counted as an attempt.
struct Interrupted {};
using Outcome = std::variant<Succeeded, Failed, Interrupted>;

// A task may throw this from any depth; the executor turns it into Failed at the one seam.
class TaskFailure {
 public:
    TaskFailure(FailureClass kind, std::string reason) : kind_(kind), reason_(std::move(reason)) {}
    FailureClass kind() const { return kind_; }
    const std::string& reason() const { return reason_; }

 private:
    FailureClass kind_;
    std::string reason_;
};
// Thrown by TaskContext::stop_point(); the executor turns it into Interrupted.
class TaskInterrupted {};

}  // namespace kontor::sdk

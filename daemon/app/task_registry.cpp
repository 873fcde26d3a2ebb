#include "app/task_registry.hpp"

#include <atomic>

#include "tasks/codes/register.hpp"
#include "tasks/control/register.hpp"
#include "tasks/dataset/register.hpp"
#include "tasks/exec/register.hpp"
#include "tasks/http/register.hpp"
#include "tasks/model/register.hpp"
#include "tasks/monitor/register.hpp"
#include "tasks/notify/register.hpp"
#include "tasks/package/register.hpp"
#include "tasks/report/register.hpp"
#include "tasks/review/register.hpp"
#include "tasks/samples/register.hpp"
#include "tasks/warehouse/register.hpp"
#include "zones/zones.hpp"

namespace kontor::app {

namespace {

std::vector<AddTasks>& more_tasks() {
    static std::vector<AddTasks> all;
    return all;
}

}  // namespace

namespace {

std::atomic<tasks::review::LabelSource*>& labels_now() {
    static std::atomic<tasks::review::LabelSource*> source = nullptr;
    return source;
}

std::atomic<tasks::report::DecidedSource*>& decided_now() {
    static std::atomic<tasks::report::DecidedSource*> source = nullptr;
    return source;
}

std::atomic<tasks::samples::SampleSource*>& samples_now() {
    static std::atomic<tasks::samples::SampleSource*> source = nullptr;
    return source;
}

std::atomic<tasks::codes::ListSource*>& lists_now() {
    static std::atomic<tasks::codes::ListSource*> source = nullptr;
    return source;
}

std::atomic<tasks::monitor::PredictionSource*>& predictions_now() {
    static std::atomic<tasks::monitor::PredictionSource*> source = nullptr;
    return source;
}

}  // namespace

void with_predictions(tasks::monitor::PredictionSource* source) { predictions_now() = source; }

void with_code_lists(tasks::codes::ListSource* source) { lists_now() = source; }

void with_decided(tasks::report::DecidedSource* source) { decided_now() = source; }

void with_samples(tasks::samples::SampleSource* source) { samples_now() = source; }

void with_labels(tasks::review::LabelSource* source) { labels_now() = source; }

bool with_tasks(AddTasks add) {
    more_tasks().push_back(add);
    return true;
}

const sdk::TaskRegistry& task_registry() {
    static const sdk::TaskRegistry registry = [] {
        sdk::TaskRegistry all;
        tasks::codes::register_tasks(all, [] { return lists_now().load(); });
        tasks::control::register_tasks(all);
        tasks::dataset::register_tasks(all);
        tasks::exec::register_tasks(all);
        tasks::http::register_tasks(all);
        tasks::model::register_tasks(all);
        tasks::monitor::register_tasks(all, [] { return predictions_now().load(); });
        tasks::notify::register_tasks(all);
        tasks::package::register_tasks(all);
        tasks::report::register_tasks(all, [] { return decided_now().load(); });
        tasks::review::register_tasks(all, [] { return labels_now().load(); });
        tasks::samples::register_tasks(all, [] { return samples_now().load(); });
        tasks::warehouse::register_tasks(all);
        for (const AddTasks add : more_tasks()) {
            add(all);
        }
        return all;
    }();
    return registry;
}

spec::Vocabulary vocabulary() {
    spec::Vocabulary known;
    known.tasks = task_registry().names();
    known.input_schema = [](std::string_view uses) -> const Json* {
        const sdk::TaskType* type = task_registry().find(uses);
        return type == nullptr || type->input_schema.is_null() ? nullptr : &type->input_schema;
    };
    known.zone = zones::find_zone;
    for (const std::string& name : known.tasks) {
        if (task_registry().find(name)->repeatable) {
            known.repeatable.push_back(name);
        }
    }
    return known;
}

}  // namespace kontor::app

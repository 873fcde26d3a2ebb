#include "app/demo.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>

#include "app/log.hpp"
#include "app/secrets.hpp"
#include "demo/demo.hpp"

namespace kontor::app {
namespace {

// Small trials: the whole campaign fits into a few minutes on two cores.
constexpr int demo_trials = 4;
constexpr int demo_countries = 38;
constexpr Duration progress_every = std::chrono::seconds(5);
// With --exit nobody is there to make room on a full disk, or to bring a database back.
constexpr Duration trouble_max = std::chrono::seconds(30);
constexpr std::size_t causes_shown = 5;

std::string this_month() {
    return to_iso(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())).substr(0, 7);
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

Result<void> load_data(const std::string& url, const DemoDataRequest& request) {
    demo::DemoOptions options;
    options.url = url;
    options.seed = request.seed;
    options.period = request.period.empty() ? this_month() : request.period;
    if (request.items > 0) {
        options = demo::scaled_to(std::move(options), request.items);
    }
    const Result<demo::DemoCounts> counts = demo::load_demo(options);
    if (!counts) {
        return counts.error();
    }
    say(std::string(counts->loaded ? "Loaded" : "The warehouse already holds") + " the demo's data: " +
        std::to_string(counts->labelled) + " labelled and " + std::to_string(counts->sold) + " sold items, " +
        std::to_string(counts->codes) + " codes, " + std::to_string(counts->countries) + " countries, month " + options.period);
    return {};
}

// How many countries have a step behind them, or a whole workflow.
struct Tally {
    int done = 0;
    int bad = 0;
    bool seen = false;

    void add(const std::string& state) {
        seen = seen || !state.empty();
        done += state == "succeeded" || state == "skipped" ? 1 : 0;
        bad += state == "dead" || state == "failed" ? 1 : 0;
    }
    std::string text() const { return std::to_string(done) + (bad > 0 ? " (" + std::to_string(bad) + " dead)" : ""); }
};

// The state of a country in the columns from `first` to before `last`: of one with unsettled steps "", though some may be bad.
std::string joint_state(const JsonArray& cells, std::size_t first, std::size_t last) {
    std::string joint = "succeeded";
    for (std::size_t column = first; column < last; ++column) {
        const std::string state = text_member(cells[column], "state");
        if (state == "dead" || state == "failed") {
            return state;
        }
        joint = state == "succeeded" || state == "skipped" ? joint : "";
    }
    return joint;
}

enum class Detail { Steps, Workflows };

// One line: "train: prepare 38 tune 12 | evaluate: ...", or "train 12 | evaluate 10 | infer 9", which fits any terminal.
std::string progress_line(const Json& grid, Detail detail) {
    const Json* columns = member(grid, "columns");
    const Json* rows = member(grid, "rows");
    if (columns == nullptr || rows == nullptr) {
        return "";
    }
    const JsonArray& heads = columns->get_array();
    std::string line;
    for (std::size_t first = 0; first < heads.size();) {
        const std::string workflow = text_member(heads[first], "workflow");
        std::size_t last = first;
        Tally whole;
        std::string steps;
        for (; last < heads.size() && text_member(heads[last], "workflow") == workflow; ++last) {
            Tally step;
            for (const Json& row : rows->get_array()) {
                step.add(text_member(row.at("cells").get_array()[last], "state"));
            }
            whole.seen = whole.seen || step.seen;
            steps += step.seen ? " " + text_member(heads[last], "task") + " " + step.text() : "";
        }
        for (const Json& row : rows->get_array()) {
            whole.add(joint_state(row.at("cells").get_array(), first, last));
        }
        if (whole.seen) {
            line += (line.empty() ? "" : " | ") + workflow + (detail == Detail::Steps ? ":" + steps : " " + whole.text());
        }
        first = last;
    }
    return line;
}

Result<Json> read_json(Daemon& daemon, std::string_view query, const std::vector<std::optional<std::string>>& parameters) {
    const Result<std::string> text = daemon.api().read(query, parameters);
    return text ? json_from_text(*text) : Result<Json>(text.error());
}

// Tells of a database that takes no commit, and ends the demo after a while if it is to end by itself.
class Patience {
 public:
    Patience(const Daemon& daemon, bool ends) : data_folder_(daemon.config().data_folder), ends_(ends) {}

    // `trouble` empty: there is none. Errors: Unavailable: it has lasted too long.
    Result<void> see(const std::string& trouble) {
        const auto now = std::chrono::steady_clock::now();
        if (trouble.empty()) {
            since_.reset();
            return {};
        }
        if (!since_) {
            since_ = now;
            std::fprintf(stderr, "\nkontor: waiting: %s\n", for_log(trouble).c_str());
        }
        if (!ends_ || now - *since_ < trouble_max) {
            return {};
        }
        return unavailable(
            "demo", "gave up after " + to_text(trouble_max) + ": " + trouble + "; nothing is lost: mend that, and `kontor serve --data " +
                        data_folder_ + "` goes on"
        );
    }

 private:
    const std::string data_folder_;
    const bool ends_;
    std::optional<std::chrono::steady_clock::time_point> since_;
};

std::string trouble_of(Daemon& daemon) {
    const Json status = daemon.api().status();
    const Json* trouble = member(status, "trouble");
    return trouble == nullptr ? "" : text_member(*trouble, "what");
}

// Watches until every run of the campaign has ended, or a signal.
Result<std::string> watch(Daemon& daemon, Signals& signals, const std::string& correlation, bool ends) {
    Patience patience(daemon, ends);
    const auto started = std::chrono::steady_clock::now();
    auto shown = started;
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    std::string last;
    while (!signals.wait(std::chrono::milliseconds(250))) {
        const Result<Json> grid = read_json(daemon, "campaign_grid", {correlation});
        const bool away = !grid && (grid.error().kind == ErrorKind::Unavailable || grid.error().kind == ErrorKind::Timeout);
        // Why no commit is taken says more than why a page cannot be read.
        std::string trouble = trouble_of(daemon);
        if (away && trouble.empty()) {
            trouble = daemon.explained(describe(grid.error()));
        }
        if (const Result<void> seen = patience.see(trouble); !seen) {
            return seen.error();
        }
        if (away) {
            continue;
        }
        if (!grid) {
            return grid.error();
        }
        const std::string state = text_member(*grid, "state");
        const bool ended = state != "running" && state != "queued";
        const auto now = std::chrono::steady_clock::now();
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started).count();
        const std::string line = "[" + std::to_string(seconds) + " s] " + progress_line(*grid, terminal ? Detail::Workflows : Detail::Steps);
        if (terminal && line != last) {
            std::printf("\r\033[K%s", line.c_str());
            std::fflush(stdout);
        } else if (!terminal && (ended || now - shown >= progress_every)) {
            say(line);
            shown = now;
        }
        last = line;
        if (ended) {
            say(terminal ? "\n" : "");
            return state;
        }
    }
    return std::string("interrupted");
}

std::string column(const Json& row, std::string_view name, std::size_t width) {
    const Json* value = member(row, name);
    std::string text = value == nullptr || value->is_null() ? "-" : value->is_string() ? std::string(value->get_string()) : to_text(*value);
    if (value != nullptr && value->is_double()) {
        std::array<char, 16> number{};
        std::snprintf(number.data(), number.size(), "%.4f", value->get_double());
        text = number.data();
    }
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// Prints the table; gives the number of countries with predictions.
Result<int> print_results(Daemon& daemon, const std::string& correlation) {
    const Result<Json> list = read_json(daemon, "predictions_of", {correlation});
    if (!list) {
        return list.error();
    }
    say("country    rows              winner  macro-F1  classified  review  quarantined");
    int predicted = 0;
    const Json* items = member(*list, "items");
    for (const Json& row : items == nullptr ? JsonArray{} : items->get_array()) {
        const Json* rows = member(row, "rows");
        predicted += rows != nullptr && rows->is_int64() && rows->get_int64() > 0 ? 1 : 0;
        say(column(row, "country", 7) + column(row, "rows", 8) + column(row, "model", 20) + column(row, "macro_f1", 10) +
            column(row, "classified", 12) + column(row, "review", 8) + column(row, "quarantined", 13));
    }
    return predicted;
}

// Why countries are missing: the open dead letters by cause, the most frequent first.
void print_causes(Daemon& daemon) {
    const Result<Json> list = read_json(daemon, "dead_letter_causes", {"open"});
    const Json* causes = list ? member(*list, "items") : nullptr;
    if (causes == nullptr || !causes->is_array() || causes->get_array().empty()) {
        return;
    }
    say("\nDead letters:");
    std::size_t shown = 0;
    for (const Json& cause : causes->get_array()) {
        if (shown++ == causes_shown) {
            say("  and more: kontor dlq list");
            break;
        }
        say(column(cause, "letters", 6) + " x " + column(cause, "tasks", 0) + ": " + text_member(cause, "reason"));
    }
}

int fail(const Error& error) {
    std::fprintf(stderr, "kontor: %s\n", for_log(describe(error)).c_str());
    return 1;
}

int run_campaign(Daemon& daemon, Signals& signals, const DemoRequest& request) {
    spdlog::set_level(spdlog::level::warn);  // the progress line tells the rest
    if (daemon.warehouse_url().empty()) {
        return fail(invalid("demo", "with a database of your own, name a warehouse called 'default' in the configuration file"));
    }
    if (const Result<void> loaded = load_data(daemon.warehouse_url(), {request.items, 1, "", "", std::nullopt}); !loaded) {
        return fail(loaded.error());
    }
    engine::Submission submission;
    submission.by = Caller::house("demo");
    submission.workflow = "train";
    submission.params = JsonObject{{"trials", demo_trials}, {"families", {"linear", "softprob"}}, {"period", this_month()}};
    const Result<engine::Reply> submitted = daemon.api().submit(std::move(submission));
    if (!submitted) {
        return fail(submitted.error());
    }
    const Result<Json> run = json_from_text(submitted->body);
    const std::string correlation = run ? text_member(*run, "correlation") : "";
    const std::string address = daemon.url() + " with the token " + daemon.token();
    say("Campaign " + correlation + " is running; watch it on " + address);
    const Result<std::string> state = watch(daemon, signals, correlation, request.exit_at_end);
    if (!state) {
        return fail(state.error());
    }
    if (*state == "interrupted") {
        return 1;
    }
    const Result<int> predicted = print_results(daemon, correlation);
    if (!predicted) {
        return fail(predicted.error());
    }
    if (*predicted < demo_countries) {
        print_causes(daemon);
    }
    say("\nThe campaign has " + *state + "; " + std::to_string(*predicted) + " of " + std::to_string(demo_countries) + " countries have their predictions.");
    if (request.exit_at_end) {
        return *predicted == demo_countries ? 0 : 1;
    }
    say("Dashboard: " + address);
    say("The daemon stays until Ctrl-C.");
    while (!signals.wait(std::chrono::seconds(1))) {
    }
    return 0;
}

}  // namespace

int demo(const DemoRequest& request, const std::string& version) {
    return run_daemon(request.overrides, version, [&request](Daemon& daemon, Signals& signals) {
        return run_campaign(daemon, signals, request);
    });
}

int demo_data(const DemoDataRequest& request) {
    if (!request.database_url.empty()) {
        const Result<void> loaded = load_data(request.database_url, request);
        return loaded ? 0 : fail(loaded.error());
    }
    Overrides overrides;
    overrides.data_folder = request.data_folder;
    const Result<Config> config = load_config(overrides);
    if (!config) {
        return fail(config.error());
    }
    hide_in_log(exec::Redaction(secrets_of(*config)));
    set_up_logging(config->log_level);
    const Result<DataFolder> folder = DataFolder::open(config->data_folder);
    if (!folder) {
        return fail(folder.error());
    }
    embedded_pg::ClusterOptions options;
    options.folder = folder->path("postgres");
    const Result<std::unique_ptr<embedded_pg::EmbeddedCluster>> cluster = embedded_pg::EmbeddedCluster::start(std::move(options));
    if (!cluster) {
        return fail(cluster.error());
    }
    const Result<void> loaded = load_data((*cluster)->connection_string("warehouse"), request);
    return loaded ? 0 : fail(loaded.error());
}

}  // namespace kontor::app

// `exec`: any program. Arguments as an array, never a shell; input and output as JSON files; progress and checkpoints by lines on stdout.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "tasks/exec/child.hpp"
#include "tasks/exec/lines.hpp"
#include "tasks/exec/register.hpp"

namespace kontor::tasks::exec {
namespace {

using sdk::Failed;
using sdk::FailureClass;
using sdk::Json;
using sdk::JsonObject;
using sdk::TaskFailure;

// Outputs stand in one row of the database; data belongs in objects.
constexpr std::size_t output_bytes_max = 256U * 1024;
// A checkpoint is read into memory to be encrypted.
constexpr std::size_t checkpoint_bytes_max = 256U * 1024 * 1024;
// A program that prints without end fills no log.
constexpr std::size_t log_lines_max = 10'000;
// sysexits.h
constexpr int exit_data = 65;
constexpr int exit_transient = 75;
constexpr int exit_config = 78;

// A folder for one attempt's files, gone afterwards.
class Scratch {
 public:
    Scratch() {
        std::error_code error;
        std::string pattern = (std::filesystem::temp_directory_path(error) / "kontor-exec-XXXXXX").string();
        if (error || ::mkdtemp(pattern.data()) == nullptr) {
            throw TaskFailure(FailureClass::Transient, "cannot make a folder for temporary files: " + std::generic_category().message(errno));
        }
        folder_ = pattern;
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string operator/(const char* name) const { return folder_ + "/" + name; }
    const std::string& folder() const { return folder_; }

 private:
    std::string folder_;
};

void put_file(const std::string& path, std::string_view text) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    std::size_t done = 0;
    while (fd >= 0 && done < text.size()) {
        const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) {
            break;
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
    const int error = errno;
    if (fd >= 0) {
        ::close(fd);
    }
    if (fd < 0 || done < text.size()) {
        throw TaskFailure(FailureClass::Transient, "cannot write the program's input file: " + std::generic_category().message(error));
    }
}

// At most `bytes_max` + 1 bytes; empty when the program wrote none.
std::string text_of(const std::string& path, std::size_t bytes_max) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    std::string text;
    std::array<char, 65536> buffer{};
    while (fd >= 0 && text.size() <= bytes_max) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got == 0 || (got < 0 && errno != EINTR)) {
            break;
        }
        text.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    if (fd >= 0) {
        ::close(fd);
    }
    return text;
}

JsonObject output_object(const std::string& path) {
    const std::string text = text_of(path, output_bytes_max);
    if (text.empty()) {
        return {};
    }
    if (text.size() > output_bytes_max) {
        throw TaskFailure(
            FailureClass::Data, "the program's output is larger than " + std::to_string(output_bytes_max / 1024) +
                                    " KiB: write data to a place of its own and give its name"
        );
    }
    boost::json::parse_options options;
    options.max_depth = 64;
    boost::json::error_code error;
    Json value = boost::json::parse(text, error, {}, options);
    if (error || !value.is_object()) {
        const std::string why = error ? error.message() : "it is no object";
        throw TaskFailure(FailureClass::Data, "what the program wrote to $KONTOR_OUTPUT is not a JSON object: " + why);
    }
    return std::move(value.get_object());
}

// "90s", "5m", "1h30m".
std::chrono::microseconds duration_input(const JsonObject& input, std::string_view name, std::chrono::microseconds otherwise) {
    if (sdk::optional_input(input, name) == nullptr) {
        return otherwise;
    }
    const std::string text = sdk::text_input(input, name);
    std::chrono::microseconds sum{0};
    std::string_view rest = text;
    bool good = !rest.empty();
    while (good && !rest.empty()) {
        std::int64_t count = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        good = error == std::errc() && count >= 0 && count <= 1'000'000;
        if (good && rest.starts_with("ms")) {
            sum += std::chrono::milliseconds(count);
            rest.remove_prefix(2);
        } else if (good && !rest.empty()) {
            const char unit = rest.front();
            good = unit == 's' || unit == 'm' || unit == 'h' || unit == 'd';
            sum += unit == 's'   ? std::chrono::seconds(count)
                   : unit == 'm' ? std::chrono::minutes(count)
                   : unit == 'h' ? std::chrono::hours(count)
                                 : std::chrono::hours(24 * count);
            rest.remove_prefix(1);
        } else {
            good = false;
        }
    }
    if (!good) {
        throw TaskFailure(FailureClass::Config, "with." + std::string(name) + " must be a duration such as 90s, 5m or 1h30m: mend it in the workflow");
    }
    return sum;
}

std::vector<std::string> arguments_of(const JsonObject& input) {
    std::vector<std::string> arguments;
    if (const Json* given = sdk::optional_input(input, "args")) {
        if (!given->is_array()) {
            throw TaskFailure(FailureClass::Config, "with.args must be a list: one entry for each argument, no shell reads them");
        }
        for (const Json& argument : given->get_array()) {
            arguments.push_back(argument.is_string() ? std::string(argument.get_string()) : boost::json::serialize(argument));
            if (arguments.back().find('\0') != std::string::npos) {
                throw TaskFailure(FailureClass::Config, "with.args holds a zero byte: no program can be given one");
            }
        }
    }
    return arguments;
}

std::vector<std::string> environment_of(const sdk::TaskContext& context, const Scratch& scratch) {
    const sdk::TaskIdentity& who = context.identity();
    const auto inherited = [](const char* name, const char* otherwise) {
        const char* value = ::getenv(name);
        return std::string(name) + "=" + (value == nullptr ? otherwise : value);
    };
    std::vector<std::string> all{
        inherited("PATH", "/usr/local/bin:/usr/bin:/bin"),
        inherited("LANG", "C.UTF-8"),
        "KONTOR_INPUT=" + scratch / "input.json",
        "KONTOR_OUTPUT=" + scratch / "output.json",
        "KONTOR_CHECKPOINT=" + scratch / "checkpoint",
        "KONTOR_SCRATCH=" + scratch.folder(),
        "KONTOR_WORKFLOW=" + who.workflow,
        "KONTOR_RUN=" + std::to_string(who.run),
        "KONTOR_TASK=" + who.task,
        "KONTOR_COUNTRY=" + who.country,
        "KONTOR_ITEM=" + who.item,
        "KONTOR_ATTEMPT=" + std::to_string(who.attempt),
        "KONTOR_CORRELATION=" + who.correlation,
        "KONTOR_CORES=" + std::to_string(context.cores()),
        "KONTOR_SEED=" + std::to_string(context.seed()),
    };
    if (const Json* given = sdk::optional_input(context.input(), "env"); given != nullptr && given->is_object()) {
        for (const auto& entry : given->get_object()) {
            const std::string name(entry.key());
            const std::string value =
                entry.value().is_string() ? std::string(entry.value().get_string()) : boost::json::serialize(entry.value());
            if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos || value.find('\0') != std::string::npos) {
                throw TaskFailure(FailureClass::Config, "with.env: '" + name + "' cannot be the name of an environment variable");
            }
            // What the workflow says stands in place of the daemon's PATH or LANG.
            std::erase_if(all, [&](const std::string& old) { return old.starts_with(name + "="); });
            all.push_back(name + "=" + value);
        }
    }
    return all;
}

// Lines of the program's own for the log, counted.
class ProgramLog {
 public:
    ProgramLog(sdk::TaskContext& context, std::string checkpoint) : context_(context), checkpoint_(std::move(checkpoint)) {}
    void out(std::string_view line) {
        if (line == "checkpoint") {
            keep_checkpoint();
            return;
        }
        if (const auto progress = progress_line(line)) {
            context_.progress(progress->fraction, progress->text);
            return;
        }
        write(sdk::LogLevel::Info, line);
    }
    void err(std::string_view line) {
        // What goes on with a line that was too long says nothing by itself, and may be the rest of a secret.
        if (!goes_on_) {
            last_error_ = std::string(line.substr(0, 500));
        }
        goes_on_ = line.size() == line_bytes_max;
        write(sdk::LogLevel::Warn, line);
    }
    void finish() {
        if (lines_ > log_lines_max) {
            context_.log(sdk::LogLevel::Warn, std::to_string(lines_ - log_lines_max) + " more lines are not in the log: it takes " + std::to_string(log_lines_max) + " of one attempt");
        }
    }
    const std::string& last_error() const { return last_error_; }

 private:
    void keep_checkpoint() {
        const std::string bytes = text_of(checkpoint_, checkpoint_bytes_max);
        if (bytes.empty() || bytes.size() > checkpoint_bytes_max) {
            write(
                sdk::LogLevel::Warn, "\"checkpoint\" was said, but the file that $KONTOR_CHECKPOINT names " +
                                         std::string(bytes.empty() ? "is missing or empty" : "is larger than 256 MiB")
            );
            return;
        }
        context_.keep_checkpoint(bytes);
    }
    void write(sdk::LogLevel level, std::string_view line) {
        if (++lines_ <= log_lines_max) {
            context_.log(level, line);
        }
    }
    sdk::TaskContext& context_;
    const std::string checkpoint_;
    std::size_t lines_ = 0;
    bool goes_on_ = false;  // the last line of standard error was as long as a piece
    std::string last_error_;
};

Failed failure_of(const ChildSpec& spec, const ChildEnd& end, const std::string& last_error) {
    const std::string said = last_error.empty() ? "" : ": " + last_error;
    if (end.how == ChildEnd::How::NotStarted) {
        return {FailureClass::Config, "the program '" + spec.program + "' cannot be started: " + std::generic_category().message(end.error)};
    }
    if (end.timed_out) {
        const auto seconds = std::chrono::duration<double>(spec.timeout).count();
        return {FailureClass::Transient, "the program was stopped after its timeout of " + boost::json::serialize(Json(seconds)) + " s" + said};
    }
    if (end.how == ChildEnd::How::Signalled) {
        // The kernel's way to say that memory or processor time is used up.
        const bool used_up = end.code == SIGKILL || end.code == SIGXCPU || end.code == SIGXFSZ;
        return {used_up ? FailureClass::Resource : FailureClass::Transient, "the program was ended by signal " + std::to_string(end.code) + said};
    }
    const FailureClass kind = end.code == exit_data     ? FailureClass::Data
                              : end.code == exit_config ? FailureClass::Config
                                                        : FailureClass::Transient;
    const char* meaning = end.code == exit_data ? " (data)" : end.code == exit_config ? " (configuration)" : end.code == exit_transient ? " (try again)" : "";
    return {kind, "the program exited with status " + std::to_string(end.code) + meaning + said};
}

class ExecTask final : public sdk::Task {
 public:
    sdk::Outcome run(sdk::TaskContext& context) override {
        const Scratch scratch;
        ChildSpec spec;
        spec.program = sdk::text_input(context.input(), "program");
        if (spec.program.empty() || spec.program.find('\0') != std::string::npos) {
            throw TaskFailure(FailureClass::Config, "with.program must name a program");
        }
        spec.arguments = arguments_of(context.input());
        spec.environment = environment_of(context, scratch);
        // Programs that belong to a workflow stand beside it.
        spec.folder = context.setting("folder.workflows").value_or(scratch.folder());
        spec.timeout = duration_input(context.input(), "timeout", spec.timeout);
        spec.grace = duration_input(context.input(), "grace", spec.grace);
        spec.limits.memory_bytes = sdk::int_input_or(context.input(), "memory_mb", 0) * 1024 * 1024;
        spec.limits.cpu_seconds = sdk::int_input_or(context.input(), "cpu_seconds", 0);
        spec.limits.file_bytes = sdk::int_input_or(context.input(), "file_mb", 0) * 1024 * 1024;
        const Json* input = sdk::optional_input(context.input(), "input");
        put_file(scratch / "input.json", input == nullptr ? "{}" : boost::json::serialize(*input));

        if (const std::optional<std::string> kept = context.checkpoint()) {
            put_file(scratch / "checkpoint", *kept);
        }
        ProgramLog log(context, scratch / "checkpoint");
        LineCutter out([&](std::string_view line) { log.out(line); });
        LineCutter err([&](std::string_view line) { log.err(line); });
        const ChildEnd end = run_child(
            spec, context.stop(), [&](std::string_view bytes) { out.add(bytes); }, [&](std::string_view bytes) { err.add(bytes); }
        );
        out.finish();
        err.finish();
        log.finish();
        if (end.stopped) {
            return sdk::Interrupted{};
        }
        if (end.how != ChildEnd::How::Exited || end.code != 0 || end.timed_out) {
            return failure_of(spec, end, log.last_error());
        }
        JsonObject outputs = output_object(scratch / "output.json");
        outputs["exit_code"] = 0;
        return sdk::Succeeded{std::move(outputs), {}};
    }
};

}  // namespace

void register_tasks(sdk::TaskRegistry& registry) {
    sdk::TaskType type;
    type.name = "exec";
    type.summary = "Runs a program: arguments as a list, input and output as JSON files, progress on its standard output.";
    type.pool = sdk::Pool::Compute;
    type.input_schema = boost::json::parse(R"({
        "type": "object",
        "required": ["program"],
        "additionalProperties": false,
        "properties": {
            "program": {"type": "string", "minLength": 1, "description": "A path, or a name found through PATH"},
            "args": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "maxItems": 1000},
            "env": {"type": "object", "description": "Beside PATH, LANG and KONTOR_*"},
            "input": {"description": "Any JSON: written to the file that $KONTOR_INPUT names"},
            "timeout": {"type": "string", "description": "SIGTERM after this long: 90s, 5m, 1h30m"},
            "grace": {"type": "string", "default": "10s", "description": "From SIGTERM to SIGKILL"},
            "memory_mb": {"type": "integer", "minimum": 1, "maximum": 1048576},
            "cpu_seconds": {"type": "integer", "minimum": 1},
            "file_mb": {"type": "integer", "minimum": 1, "maximum": 1048576, "description": "Of any one file it writes"},
            "cores": {"type": "integer", "minimum": 1, "description": "Of the cores budget; the program gets it as $KONTOR_CORES"}
        }
    })");
    type.make = [] { return std::make_unique<ExecTask>(); };
    type.repeatable = true;
    registry.add(std::move(type));
}

}  // namespace kontor::tasks::exec

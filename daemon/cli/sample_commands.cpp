// Samples: send a file of them, list what was sent.
#include "cli/cli.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

// So much goes in one request: it is answered in a second or two, and sent again when it was not.
constexpr std::size_t part_bytes = std::size_t{4} << 20U;
// A packed file goes as it is, in one request.
constexpr std::size_t packed_bytes_max = std::size_t{256} << 20U;
// The daemon that is away, or has too much to do, is asked so often in all.
constexpr int tries_max = 6;

struct Counts {
    std::int64_t lines = 0;
    std::int64_t accepted = 0;
    std::int64_t duplicates = 0;
    std::int64_t refused = 0;
};

std::int64_t number(const Json& reply, std::string_view name) {
    const Json* value = member(reply, name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

// Lines are told as they are numbered in the whole file.
void tell_faults(Session& session, const Json& reply, std::int64_t lines_before) {
    const Json* faults = member(reply, "errors");
    if (faults == nullptr || !faults->is_array()) {
        return;
    }
    for (const Json& fault : faults->get_array()) {
        const std::string field = text_member(fault, "field");
        session.around.err << "line " << number(fault, "line") + lines_before << (field.empty() ? "" : ": " + printable(field)) << ": "
                           << printable(text_member(fault, "message")) << "\n";
    }
}

class Push {
  public:
    Push(Session& session, bool dry_run) : session_(session), dry_run_(dry_run) {}

    // An exit code other than ExitOk ends it.
    int send(const std::string& part, const std::string& coding) {
        std::chrono::milliseconds wait = std::chrono::seconds(1);
        for (int tried = 1;; ++tried) {
            const Result<RestClient::Reply> reply =
                session_.client.post_bytes(dry_run_ ? "/v1/samples?dry_run=true" : "/v1/samples", part, "application/x-ndjson", coding);
            const bool away = !reply || reply->status == 429 || reply->status == 503;
            if (away && tried < tries_max) {
                session_.around.pause(wait);
                wait *= 2;
                continue;
            }
            if (!reply) {
                return report(session_.around, reply.error());
            }
            return heed(*reply);
        }
    }
    int end() {
        const JsonObject sums{
            {"lines", counts_.lines}, {"accepted", counts_.accepted}, {"duplicates", counts_.duplicates}, {"refused", counts_.refused}};
        if (!printed_as_json(session_, sums)) {
            session_.around.out << (dry_run_ ? "Nothing was kept. " : "") << counted(static_cast<std::size_t>(counts_.lines), "line") << ": " << counts_.accepted << " new, "
                                << counts_.duplicates << " there already, " << counts_.refused << " refused.\n";
        }
        return counts_.refused > 0 ? ExitFailed : ExitOk;
    }
    void passed(std::int64_t lines) { lines_before_ += lines; }

  private:
    int heed(const RestClient::Reply& reply) {
        const Result<Json> body = json_from_text(reply.body);
        const bool told = body && member(*body, "lines") != nullptr;
        if (told) {
            counts_.lines += number(*body, "lines");
            counts_.accepted += number(*body, "accepted");
            counts_.duplicates += number(*body, "duplicates");
            counts_.refused += number(*body, "refused");
            tell_faults(session_, *body, lines_before_);
        }
        // Refused lines keep none of the others back.
        if (reply.status == 200 || (reply.status == 422 && told && number(*body, "refused") > 0)) {
            return ExitOk;
        }
        return report(session_.around, error_from_reply(reply.status, reply.body, session_.client.target()));
    }

    Session& session_;
    const bool dry_run_;
    Counts counts_;
    std::int64_t lines_before_ = 0;
};

int push_packed(Push& push, Session& session, std::istream& in, const std::string& file, const std::string& coding) {
    std::string all(std::istreambuf_iterator<char>(in), {});
    if (all.size() > packed_bytes_max) {
        report(session.around, invalid("", file + " is larger than 256 MiB: unpack it, and pipe it to 'kontor samples push -'"));
        return ExitUsage;
    }
    return push.send(all, coding);
}

int push_lines(Push& push, Session& session, std::istream& in, const std::string& file) {
    std::string waiting;
    std::string block(part_bytes, '\0');
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        waiting.append(block, 0, static_cast<std::size_t>(in.gcount()));
        const std::size_t end = waiting.rfind('\n');
        if (in && end == std::string::npos) {
            report(session.around, invalid("", file + " has a line of more than 4 MiB: is it one JSON object a line?"));
            return ExitUsage;
        }
        const std::size_t part = in ? end + 1 : waiting.size();
        if (part == 0) {
            continue;
        }
        const std::string text = waiting.substr(0, part);
        if (const int code = push.send(text, ""); code != ExitOk) {
            return code;
        }
        push.passed(static_cast<std::int64_t>(std::count(text.begin(), text.end(), '\n')));
        waiting.erase(0, part);
    }
    return ExitOk;
}

int push_samples(Session& session, const std::string& file, bool dry_run) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        // A folder opens, and cannot be read.
        if (!opened || opened.peek() == std::ifstream::traits_type::eof()) {
            const bool empty = opened.is_open() && !opened.bad() && errno != EISDIR;
            report(session.around, invalid("", empty ? file + " is empty" : "cannot read " + file + ": " + std::strerror(errno)));
            return ExitUsage;
        }
    }
    std::istream& in = file == "-" ? std::cin : opened;
    Push push(session, dry_run);
    const std::string coding = file.ends_with(".gz") ? "gzip" : file.ends_with(".zst") ? "zstd" : "";
    const int code = coding.empty() ? push_lines(push, session, in, file) : push_packed(push, session, in, file, coding);
    return code == ExitOk ? push.end() : code;
}

struct SampleFilter {
    std::string country;
    std::string item;
    int limit = 50;
};

int list_samples(Session& session, const SampleFilter& filter) {
    return print_list(
        session,
        with_query("/v1/samples", {{"country", filter.country}, {"item", filter.item}, {"limit", std::to_string(filter.limit)}}),
        {{"COUNTRY", "/country"},
         {"ITEM", "/item"},
         {"VERSION", "/version", Kind::Number},
         {"CODE", "/code"},
         {"COUNTS", "/current", Kind::Yes},
         {"SENT BY", "/sent_by"},
         {"AT", "/at", Kind::Time}},
        "Nothing was sent."
    );
}

}  // namespace

void add_sample_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* samples = app.add_subcommand("samples", "Labelled items that programs send: push a file of them, list what is there");
    samples->require_subcommand(1);

    CLI::App* command = samples->add_subcommand("push", "Send a file of samples, one JSON object a line; what is there already does no harm");
    auto file = std::make_shared<std::string>();
    command->add_option("FILE", *file, "The file, also packed (.gz, .zst); - is standard input")->required();
    auto dry_run = std::make_shared<bool>(false);
    command->add_flag("--dry-run", *dry_run, "Check the lines, and keep none");
    command->callback([&grammar, file, dry_run] {
        grammar.remote = [file, dry_run](Session& session) { return push_samples(session, *file, *dry_run); };
    });

    command = samples->add_subcommand("list", "What was sent, newest first");
    auto filter = std::make_shared<SampleFilter>();
    command->add_option("--country", filter->country, "Only this country");
    command->add_option("--limit", filter->limit, "At most so many")->check(CLI::Range(1, 1000));
    command->callback([&grammar, filter] { grammar.remote = [filter](Session& session) { return list_samples(session, *filter); }; });

    command = samples->add_subcommand("show", "The versions of one item");
    auto one = std::make_shared<SampleFilter>();
    command->add_option("COUNTRY", one->country, "Its country")->required();
    command->add_option("ITEM", one->item, "The item")->required();
    command->callback([&grammar, one] { grammar.remote = [one](Session& session) { return list_samples(session, *one); }; });
}

}  // namespace kontor::cli

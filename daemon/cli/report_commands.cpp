// Reports to authorities: where each country stands, the versions of a month, drafting, approving, filing.
#include "cli/cli.hpp"
#include "cli/commands.hpp"
#include "cli/grammar.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <ostream>

namespace kontor::cli {
namespace {

struct ReportFilter {
    std::string country;
    std::string period;
    std::string state;
    int limit = 50;
};

struct ReportOrder {
    std::int64_t id = 0;
    std::string country;
    std::string period;
    std::string as_of;
    std::string receipt;
    std::string reason;
    std::string key;
    bool despite_waiting = false;
    bool dry_run = false;
};

// ID, or COUNTRY and PERIOD: what is known of the month now, or at --as-of.
std::string path_of(const ReportOrder& order) {
    return order.country.empty() ? "/v1/reports/" + std::to_string(order.id) : "/v1/reports/" + order.country + "/" + order.period;
}

int list_reports(Session& session, const ReportFilter& filter) {
    return print_list(
        session,
        with_query(
            "/v1/reports",
            {{"country", filter.country}, {"period", filter.period}, {"state", filter.state}, {"limit", std::to_string(filter.limit)}}
        ),
        {{"ID", "/id", Kind::Number},
         {"COUNTRY", "/country"},
         {"PERIOD", "/period"},
         {"VERSION", "/version", Kind::Number},
         {"STATE", "/state", Kind::State},
         {"SOLD", "/figures/sold/items", Kind::Number},
         {"CODES", "/codes", Kind::Number},
         {"WAITING", "/waiting", Kind::Number},
         {"BALANCED", "/balanced", Kind::Yes},
         {"STALE", "/stale", Kind::Yes},
         {"DRAFTED BY", "/drafted_by"},
         {"RECEIPT", "/receipt"}},
        "No report was drafted."
    );
}

int show_status(Session& session, const std::string& period) {
    return print_list(
        session,
        with_query("/v1/reports/status", {{"period", period}}),
        {{"COUNTRY", "/country"},
         {"PERIOD", "/period"},
         {"STATE", "/state", Kind::State},
         {"DUE", "/due_on"},
         {"OVERDUE", "/overdue", Kind::Yes},
         {"REPORT", "/report/id", Kind::Number},
         {"VERSION", "/report/version", Kind::Number},
         {"WAITING", "/report/waiting", Kind::Number},
         {"STALE", "/report/stale", Kind::Yes},
         {"FILED", "/filed/version", Kind::Number},
         {"RECEIPT", "/filed/receipt"},
         {"FAULT", "/fault"}},
        "No country's month was counted."
    );
}

void print_amount(std::ostream& out, const char* name, const Json& figures, const char* key) {
    const Json* amount = member(figures, key);
    if (amount == nullptr) {
        return;
    }
    out << "  " << name << std::string(14 - std::min<std::size_t>(13, std::string_view(name).size()), ' ') << to_text(amount->at("items"))
        << " items, " << to_text(amount->at("units")) << " units, " << to_text(amount->at("weight_kg")) << " kg\n";
}

void print_report(std::ostream& out, const Json& report) {
    out << "Report " << (member(report, "id") == nullptr ? "(not drafted)" : to_text(report.at("id"))) << "  " << text_member(report, "country")
        << " " << text_member(report, "period") << "  version " << to_text(report.at("version")) << "  " << text_member(report, "state") << "\n";
    const Json& figures = report.at("figures");
    print_amount(out, "sold", figures, "sold");
    print_amount(out, "classified", figures, "classified");
    print_amount(out, "reviewed", figures, "reviewed");
    print_amount(out, "excluded", figures, "excluded");
    print_amount(out, "waiting", figures, "waiting");
    print_amount(out, "unresolved", figures, "unresolved");
    print_amount(out, "quarantined", figures, "quarantined");
    print_amount(out, "difference", figures, "difference");
    if (const Json* steps = member(report, "steps"); steps != nullptr && steps->is_array()) {
        for (const Json& step : steps->get_array()) {
            const std::string receipt = text_member(step, "receipt");
            const std::string reason = text_member(step, "reason");
            out << "  " << text_member(step, "at") << "  " << text_member(step, "state") << " by " << printable(text_member(step, "who"))
                << (receipt.empty() ? "" : ", receipt " + printable(receipt)) << (reason.empty() ? "" : ": " + printable(reason)) << "\n";
        }
    }
}

int show_report(Session& session, const ReportOrder& order) {
    const Result<Json> report = session.client.get(with_query(path_of(order), {{"as_of", order.as_of}}));
    if (!report) {
        return kontor::cli::report(session.around, report.error());
    }
    if (!printed_as_json(session, *report)) {
        print_report(session.around.out, *report);
    }
    return ExitOk;
}

int print_csv(Session& session, const ReportOrder& order) {
    const Result<std::string> text = session.client.get_text(with_query(path_of(order) + "/csv", {{"as_of", order.as_of}}));
    if (!text) {
        return kontor::cli::report(session.around, text.error());
    }
    session.around.out << *text;
    return ExitOk;
}

int diff_report(Session& session, std::int64_t id, int limit) {
    return print_list(
        session,
        with_query("/v1/reports/" + std::to_string(id) + "/diff", {{"limit", std::to_string(limit)}}),
        {{"CODE", "/code"},
         {"ITEMS BEFORE", "/before/items", Kind::Number},
         {"AFTER", "/after/items", Kind::Number},
         {"DIFFERENCE", "/difference/items", Kind::Number},
         {"UNITS", "/difference/units", Kind::Number},
         {"WEIGHT KG", "/difference/weight_kg", Kind::Number}},
        "No code's figures differ from what is filed."
    );
}

int act(Session& session, const std::string& path, const std::string& verb, const ReportOrder& order) {
    JsonObject body;
    if (order.dry_run) {
        body["dry_run"] = true;
    }
    if (order.despite_waiting) {
        body["despite_waiting"] = true;
    }
    if (!order.receipt.empty()) {
        body["receipt"] = order.receipt;
    }
    if (!order.reason.empty()) {
        body["reason"] = order.reason;
    }
    const Result<Json> reply = session.client.post(path + "/" + verb, body, order.key);
    if (!reply) {
        return report(session.around, reply.error());
    }
    if (printed_as_json(session, *reply)) {
        return ExitOk;
    }
    if (order.dry_run) {
        session.around.out << "Nothing was done; it would be:\n";
    }
    print_report(session.around.out, *reply);
    return ExitOk;
}

void add_order(CLI::App& command, ReportOrder& order) {
    command.add_option("--reason", order.reason, "Why; kept on the record");
    command.add_flag("--dry-run", order.dry_run, "Say what would be done, and do nothing");
    command.add_option("--idempotency-key", order.key, "The same key again gives the first answer again");
}

// ID, or COUNTRY/PERIOD with --as-of.
void add_version(CLI::App& command, const std::shared_ptr<ReportOrder>& order) {
    command
        .add_option_function<std::string>(
            "REPORT",
            [order](const std::string& text) {
                const std::size_t slash = text.find('/');
                const bool number = text.find_first_not_of("0123456789") == std::string::npos && text.size() < 19;
                if (slash == std::string::npos && number) {
                    order->id = std::stoll(text);
                } else if (slash == 2 && text.size() == 10) {
                    order->country = text.substr(0, slash);
                    order->period = text.substr(slash + 1);
                } else {
                    throw CLI::ValidationError("REPORT", "must be a report's number, or a country and its month: DE/2026-11");
                }
            },
            "Its number, or a country and its month: DE/2026-11"
        )
        ->required();
    command.add_option("--as-of", order->as_of, "Of a country and its month: as it was known then, YYYY-MM-DD or a time");
}

}  // namespace

void add_report_commands(CLI::App& app, Grammar& grammar) {
    CLI::App* reports = app.add_subcommand("reports", "What is reported to each country's authority: draft, approve, file, amend");
    auto period = std::make_shared<std::string>();
    reports->add_option("--period", *period, "The month, YYYY-MM; without it the newest");
    reports->callback([&grammar, period, reports] {
        if (reports->get_subcommands().empty()) {
            grammar.remote = [period](Session& session) { return show_status(session, *period); };
        }
    });

    CLI::App* command = reports->add_subcommand("list", "Versions, newest first");
    auto filter = std::make_shared<ReportFilter>();
    command->add_option("--country", filter->country, "Only this country");
    command->add_option("--period", filter->period, "Only this month, YYYY-MM");
    command->add_option("--state", filter->state, "Only these")->check(CLI::IsMember({"draft", "approved", "filed", "amended", "superseded"}));
    command->add_option("--limit", filter->limit, "At most so many")->check(CLI::Range(1, 1000));
    command->callback([&grammar, filter] { grammar.remote = [filter](Session& session) { return list_reports(session, *filter); }; });

    command = reports->add_subcommand("show", "A version's figures and what was done with it");
    auto shown = std::make_shared<ReportOrder>();
    add_version(*command, shown);
    command->callback([&grammar, shown] { grammar.remote = [shown](Session& session) { return show_report(session, *shown); }; });

    command = reports->add_subcommand("csv", "A version's text, as it is filed");
    auto text = std::make_shared<ReportOrder>();
    add_version(*command, text);
    command->callback([&grammar, text] { grammar.remote = [text](Session& session) { return print_csv(session, *text); }; });

    command = reports->add_subcommand("diff", "What an amendment changes, code by code");
    auto compared = std::make_shared<ReportOrder>();
    auto most = std::make_shared<int>(1000);
    command->add_option("ID", compared->id, "The report")->required()->check(CLI::PositiveNumber);
    command->add_option("--limit", *most, "At most so many")->check(CLI::Range(1, 1000));
    command->callback([&grammar, compared, most] {
        grammar.remote = [compared, most](Session& session) { return diff_report(session, compared->id, *most); };
    });

    command = reports->add_subcommand("draft", "Make a version of what is known now");
    auto drafted = std::make_shared<ReportOrder>();
    command->add_option("COUNTRY", drafted->country, "Two letters")->required();
    command->add_option("PERIOD", drafted->period, "The month, YYYY-MM")->required();
    add_order(*command, *drafted);
    command->callback([&grammar, drafted] {
        grammar.remote = [drafted](Session& session) { return act(session, path_of(*drafted), "draft", *drafted); };
    });

    command = reports->add_subcommand("approve", "Say that a draft may be filed; not by who drafted it");
    auto approved = std::make_shared<ReportOrder>();
    command->add_option("ID", approved->id, "The report")->required()->check(CLI::PositiveNumber);
    command->add_flag("--despite-waiting", approved->despite_waiting, "Although items still wait for people");
    add_order(*command, *approved);
    command->callback([&grammar, approved] {
        grammar.remote = [approved](Session& session) { return act(session, path_of(*approved), "approve", *approved); };
    });

    command = reports->add_subcommand("file", "Say that an approved report was handed in, and what the authority gave for it");
    auto filed = std::make_shared<ReportOrder>();
    command->add_option("ID", filed->id, "The report")->required()->check(CLI::PositiveNumber);
    command->add_option("--receipt", filed->receipt, "The authority's reference")->required();
    add_order(*command, *filed);
    command->callback([&grammar, filed] {
        grammar.remote = [filed](Session& session) { return act(session, path_of(*filed), "file", *filed); };
    });
}

}  // namespace kontor::cli

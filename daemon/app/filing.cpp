#include "app/filing.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <span>

#include "app/evidence.hpp"
#include "app/report_text.hpp"
#include "base/sha256.hpp"

namespace kontor::app {
namespace {

constexpr const char* role = "filer";
constexpr const char* daemon_name = "daemon";

sdk::TaskIdentity identity_of(const ports::MonthKey& month, std::int64_t run, int version) {
    sdk::TaskIdentity identity;
    identity.run = run;
    identity.workflow = "reports";
    identity.task = "report";
    identity.country = month.country;
    identity.attempt = version;
    return identity;
}

ports::DeskCaller the_daemon() {
    ports::DeskCaller by;
    by.who = daemon_name;
    by.admin = true;
    by.audit.who = daemon_name;
    by.audit.role = to_string(Role::Admin);
    return by;
}

// What a draft would be, of which nothing is kept.
std::string preview_of(const ports::KnownMonth& month, const core::filing::Figures& figures, const std::string& sha256, bool unchanged) {
    return to_text(JsonObject{
        {"country", month.country},
        {"period", month.period},
        {"version", month.last_version + (unchanged ? 0 : 1)},
        {"state", unchanged ? to_string(month.last_state) : to_string(core::filing::State::Draft)},
        {"figures", core::filing::to_json(figures)},
        {"balanced", figures.balanced()},
        {"waiting", figures.waiting.items + figures.unresolved.items},
        {"codes", static_cast<std::int64_t>(figures.lines.size())},
        {"run", month.run},
        {"model", month.model},
        {"sha256", sha256},
        {"unchanged", unchanged},
        {"dry_run", true}});
}

}  // namespace

Result<ports::DeskReply> FilingDesk::draft_once(const ports::DraftOrder& order, const ports::DeskCaller& by, Instant at) {
    const Result<ports::KnownMonth> month = book_.month(order);
    if (!month) {
        return month.error();
    }
    const auto session = objects_.session(identity_of(order, month->run, month->last_version + 1), role);
    try {
        const core::filing::Figures figures = core::filing::reconcile(counted_by(*session, month->details), month->reviewed);
        const std::string text = report_text(order, figures);
        const std::string sha256 = sha256_hex(text);
        const bool unchanged = month->last != 0 && sha256 == month->last_sha256;
        ports::NewVersion version{*month, figures, {}, {}};
        if (!unchanged && !order.dry_run) {
            // Its name holds what it says: the same month drafted twice at once makes two objects.
            const auto writer = session->create("report", order.country, order.period + "." + sha256.substr(0, 16) + ".csv");
            writer->write(std::as_bytes(std::span(text)));
            version.object = writer->commit();
        }
        engine::AcceptRequest touched;
        touched.by = Caller::house("reports");
        touched.run = month->run;
        touched.task = month->task;
        touched.effects = session->take_effects();
        // On record before anything is told of it, or points to it.
        if (const Result<engine::Reply> recorded = api_.accept(std::move(touched)); !recorded) {
            return recorded.error();
        }
        if (unchanged || order.dry_run) {
            return book_.keep(*month, order.dry_run ? preview_of(*month, figures, sha256, unchanged) : "", order, by, at);
        }
        if (month->filed != 0) {
            version.changed = core::filing::changes(month->filed_lines, figures.lines);
        }
        return book_.add(version, order, by, at);
    } catch (const sdk::TaskFailure& failure) {
        return reading_error("reports", failure);
    }
}

Result<ports::DeskReply> FilingDesk::draft(const ports::DraftOrder& order, const ports::DeskCaller& by, Instant at) {
    Result<std::optional<ports::DeskReply>> earlier = book_.earlier(by);
    if (!earlier) {
        return earlier.error();
    }
    return *earlier ? Result<ports::DeskReply>(std::move(**earlier)) : draft_once(order, by, at);
}

Result<ports::OpenedReport> FilingDesk::open(const ports::ReportPlace& place) {
    const auto session = objects_.session(identity_of(place.month, place.run, place.version), role);
    ports::OpenedReport opened;
    try {
        const auto reader = session->open(place.object);
        std::array<std::byte, 64 * 1024> buffer{};
        for (std::size_t got = reader->read(buffer); got > 0; got = reader->read(buffer)) {
            opened.text.append(reinterpret_cast<const char*>(buffer.data()), got);
        }
    } catch (const sdk::TaskFailure& failure) {
        return reading_error("reports", failure);
    }
    opened.effects = session->take_effects();
    return opened;
}

Result<int> FilingDesk::draft_waiting(Instant at) {
    const Result<std::vector<ports::MonthKey>> months = book_.to_draft();
    if (!months) {
        return months.error();
    }
    int drafted = 0;
    std::optional<Error> fault;
    for (const ports::MonthKey& month : *months) {
        ports::DraftOrder order;
        static_cast<ports::MonthKey&>(order) = month;
        order.automatic = true;
        order.reason = "as the last run and what people decided have it";
        const Result<ports::DeskReply> done = draft_once(order, the_daemon(), at);
        if (done) {
            ++drafted;
            continue;
        }
        fault = done.error();
        if (fault->kind != ErrorKind::Unavailable && fault->kind != ErrorKind::Timeout) {
            spdlog::error("{} {} cannot be drafted: {}", month.country, month.period, describe(*fault));
            if (const Result<void> refused = book_.refuse(month, fault->message); !refused) {
                fault = refused.error();
            }
        }
    }
    return fault ? Result<int>(*fault) : Result<int>(drafted);
}

DraftRounds::DraftRounds(engine::Engine& engine, FilingDesk& desk)
    : engine_(engine), desk_(desk), rounds_(every, [this] { look(); }) {}

void DraftRounds::look() {
    if (!engine_.ready()) {
        return;
    }
    const Result<int> drafted = desk_.draft_waiting(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
    const std::string told = drafted ? "" : describe(drafted.error());
    if (!told.empty() && told != told_) {
        spdlog::warn("reports wait to be drafted: {}", told);
    }
    told_ = told;
}

std::vector<tasks::report::DecidedItem> DecidedItems::decided(const std::string& country) {
    const Result<std::vector<ports::DecidedItem>> items = book_.decided(country);
    if (!items) {
        throw sdk::TaskFailure(sdk::FailureClass::Transient, "what people decided cannot be read: " + describe(items.error()));
    }
    std::vector<tasks::report::DecidedItem> decided;
    for (const ports::DecidedItem& each : *items) {
        decided.push_back({each.item, each.code});
    }
    return decided;
}

}  // namespace kontor::app

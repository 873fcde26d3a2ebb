// The client commands, one function each: what the command line says comes in as values, the exit
// code goes out.
#pragma once

#include "cli/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kontor::cli {

struct RunRequest {
    std::string workflow;
    std::vector<std::string> params;
    std::string params_file;
    std::string correlation;
    std::string idempotency_key;
    int priority = 0;
    bool wait = false;
    bool dry_run = false;
};
int submit_run(Session& session, const RunRequest& request);

struct RunFilter {
    std::string workflow;
    std::string state;
    std::string correlation;
    int limit = 50;
};
int list_runs(Session& session, const RunFilter& filter);
int show_run(Session& session, std::int64_t run);

struct TaskFilter {
    std::int64_t run = 0;
    std::string task;
    std::string country;
    std::string state;
    int limit = 1000;
};
int list_tasks(Session& session, const TaskFilter& filter);

struct QuarantineFilter {
    std::int64_t run = 0;
    std::string country;
    std::string task;  // its name
    int limit = 1000;
};
// Which tasks of the run put rows aside; with a country or a task the rows themselves.
int list_quarantine(Session& session, const QuarantineFilter& filter);

struct LogRequest {
    std::int64_t task = 0;  // 0: of a whole run
    std::int64_t run = 0;   // 0: of this task, or of all runs
    int attempt = 0;        // 0: all
    std::string workflow, name, country, since, until, level, contains;
    bool follow = false;
};
int show_logs(Session& session, const LogRequest& request);

struct CancelOrder {
    std::int64_t run = 0;
    std::string country;
    std::string task;
    std::string reason;
    bool dry_run = false;
};
int cancel_run(Session& session, const CancelOrder& order);

struct ControlOrder {
    std::int64_t run = 0;
    std::string command;  // pause, resume, retry, skip, done or rerun
    std::string country;
    std::string task;
    std::string item;
    std::string outputs;  // JSON, or @FILE
    std::string reason;
    bool kill = false;
    bool dry_run = false;
};
int control_run(Session& session, const ControlOrder& order);

struct ExplainOrder {
    std::int64_t run = 0;
    std::string country;
    std::string task;
};
int explain_run(Session& session, const ExplainOrder& order);

struct DeadLetterFilter {
    std::string state = "open";
    std::string workflow;
    std::string country;
    std::string fingerprint;
    int limit = 50;
};
int list_dead_letters(Session& session, const DeadLetterFilter& filter);
int show_dead_letter(Session& session, std::int64_t id);

int list_models(Session& session, const std::string& country, int limit);
int list_winners(Session& session, const std::string& country, const std::string& at, const std::string& known);
int show_leaderboard(Session& session, const std::string& country, const std::string& by);
int list_predictions(Session& session, const std::string& correlation);

struct TokenOrder {
    std::string name;
    std::string role = "viewer";
    std::vector<std::string> countries;  // none: all
    std::string expires_at;
    std::string reason;
    bool dry_run = false;
};
int list_tokens(Session& session);
// The secret goes to standard output, once; everything else about it to standard error.
int create_token(Session& session, const TokenOrder& order);
int revoke_token(Session& session, std::int64_t id, const std::string& reason, bool dry_run);

struct AuditFilter {
    std::string who;
    std::string route;
    std::string correlation;
    std::string since;
    std::string until;
    int limit = 50;
};
int list_audit(Session& session, const AuditFilter& filter);

int list_keys(Session& session);
int rotate_keys(
    Session& session, const std::string& scope, const std::string& country, const std::string& reason, bool dry_run
);

int list_schedules(Session& session);
// `action` is pause, resume or run.
int change_schedule(
    Session& session,
    const std::string& action,
    const std::string& workflow,
    const std::string& trigger, bool dry_run
);
struct PreviewOrder {
    std::string workflow;  // and trigger; or the schedule itself:
    std::string trigger;
    std::string cron;
    std::string every;
    std::string timezone;
    std::string gap;
    std::string fold;
    std::string business_days;
    std::vector<std::string> holidays;
    std::vector<std::string> zones;
    std::string from;
    int count = 10;
};
int preview_schedule(Session& session, const PreviewOrder& order);

int list_events(
    Session& session, const std::string& type, const std::string& correlation, int limit
);
int show_event(Session& session, std::int64_t id);
// Every trigger's verdict on an event, a sentence each.
int explain_event(Session& session, std::int64_t id);
struct ReplayOrder {
    std::vector<std::int64_t> ids;
    std::string type;
    std::string since;
    std::string until;
    std::string workflow;
    std::string trigger;
    bool dry_run = false;
};
int replay_events(Session& session, const ReplayOrder& order);
struct EventOrder {
    std::string type;
    std::string source = "/kontor/cli";
    std::string id;  // empty: a fresh one
    std::string subject;
    std::string correlation;
    std::string data;  // JSON
    bool dry_run = false;
};
int send_event(Session& session, const EventOrder& order);

int list_workflows(Session& session);
int list_versions(Session& session, const std::string& workflow);
// What differs between two of its versions.
int compare_versions(Session& session, const std::string& workflow, int from, int to);
// What deploying each file would change.
int plan_workflows(Session& session, const std::vector<std::string>& files);
struct ApplyOrder {
    std::string file;
    std::string if_match;  // the hash that must be in force
    bool dry_run = false;
    bool force = false;
};
// Deploys the workflow in the file under the name that stands in it.
int apply_workflow(Session& session, const ApplyOrder& order);
int show_status(Session& session);
}  // namespace kontor::cli

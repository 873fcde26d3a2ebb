#include "http/routes.hpp"

namespace kontor::http {

namespace {

namespace h = handlers;

constexpr Guard anyone{Access::Public, Where::Nowhere};
constexpr Guard look{Access::Viewer, Where::Nowhere};
constexpr Guard look_in_scope{Access::Viewer, Where::Listed};
constexpr Guard look_at_all{Access::Viewer, Where::Everywhere};
constexpr Guard open_in_scope{Access::Operator, Where::Listed};
constexpr Guard look_at_path{Access::Viewer, Where::Path};
constexpr Guard operate_path{Access::Operator, Where::Path};
constexpr Guard operate_body{Access::Operator, Where::Body};
constexpr Guard operate_target{Access::Operator, Where::Target};
constexpr Guard operate_all{Access::Operator, Where::Everywhere};
constexpr Guard review_in_scope{Access::Reviewer, Where::Listed};
constexpr Guard review_body{Access::Reviewer, Where::Body};
constexpr Guard review_path{Access::Reviewer, Where::Path};
constexpr Guard review_target{Access::Reviewer, Where::Target};
constexpr Guard define{Access::Admin, Where::Everywhere};
constexpr Guard administer{Access::Admin, Where::Everywhere};

// Order does not matter: no two patterns of one method match the same path.
constexpr Route table[] = {
    {Method::Get, "/healthz", nullptr, anyone, BodyType::None, Kind::Health},
    {Method::Get, "/readyz", nullptr, anyone, BodyType::None, Kind::Ready},
    {Method::Get, "/metrics", nullptr, look, BodyType::None, Kind::Metrics},
    {Method::Get, "/v1/openapi.yaml", nullptr, look, BodyType::None, Kind::OpenApi},
    {Method::Get, "/v1/stream", nullptr, look_in_scope, BodyType::None, Kind::Stream},
    {Method::Get, "/v1/status", h::status, look},
    {Method::Get, "/v1/system", h::show_system, look_at_all},

    {Method::Get, "/v1/session", h::show_session, anyone},
    {Method::Post, "/v1/session", h::begin_session, anyone, BodyType::Json},
    {Method::Post, "/v1/session/end", h::end_session, anyone, BodyType::Json},

    {Method::Get, "/v1/workflows", h::list_workflows, look},
    {Method::Get, "/v1/workflows/{name}", h::show_workflow, look},
    {Method::Put, "/v1/workflows/{name}", h::put_workflow, define, BodyType::Yaml},
    {Method::Post, "/v1/workflows/{name}/retire", h::retire_workflow, define, BodyType::Json},
    {Method::Get, "/v1/workflows/{name}/versions", h::list_versions, look},
    {Method::Get, "/v1/workflows/{name}/diff", h::compare_versions, look},
    {Method::Get, "/v1/workflows/{name}/versions/{id}", h::show_version, look},

    {Method::Get, "/v1/runs", h::list_runs, look_in_scope},
    {Method::Post, "/v1/runs", h::submit_run, operate_body, BodyType::Json},
    {Method::Get, "/v1/runs/{id}", h::show_run, look_in_scope},
    {Method::Get, "/v1/runs/{id}/tasks", h::list_run_tasks, look_in_scope},
    {Method::Get, "/v1/runs/{id}/timeline", h::run_timeline, look_in_scope},
    {Method::Get, "/v1/runs/{id}/logs", h::list_run_logs, look_in_scope},
    {Method::Get, "/v1/runs/{id}/explain", h::explain_run, look_in_scope},
    {Method::Post, "/v1/runs/{id}/cancel", h::cancel_run, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/pause", h::pause_run, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/resume", h::resume_run, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/retry", h::retry_run, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/skip", h::skip_tasks, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/done", h::mark_done, operate_target, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/rerun", h::rerun_tasks, operate_target, BodyType::Json},

    {Method::Get, "/v1/tasks/{id}", h::show_task, look_in_scope},
    {Method::Get, "/v1/tasks/{id}/attempts", h::list_attempts, look_in_scope},
    {Method::Get, "/v1/tasks/{id}/logs", h::list_logs, look_in_scope},
    {Method::Get, "/v1/logs", h::search_logs, look_in_scope},

    {Method::Get, "/v1/runs/{id}/quarantine", h::list_run_quarantine, look_in_scope},
    {Method::Get, "/v1/tasks/{id}/quarantine", h::list_task_quarantine, open_in_scope},

    {Method::Get, "/v1/reviews", h::list_reviews, look_in_scope},
    {Method::Get, "/v1/reviews/counts", h::count_reviews, look_in_scope},
    {Method::Get, "/v1/reviews/codes", h::list_review_codes, look_in_scope},
    {Method::Get, "/v1/reviews/{id}", h::show_review, look_in_scope},
    {Method::Get, "/v1/reviews/{id}/item", h::show_review_item, review_in_scope},
    {Method::Post, "/v1/reviews/claim", h::claim_reviews, review_body, BodyType::Json},
    {Method::Post, "/v1/reviews/{id}/decide", h::decide_review, review_target, BodyType::Json},
    {Method::Post, "/v1/reviews/{id}/undo", h::undo_review, review_target, BodyType::Json},

    {Method::Get, "/v1/reports", h::list_reports, look_in_scope},
    {Method::Get, "/v1/reports/status", h::report_status, look_in_scope},
    {Method::Get, "/v1/reports/{id}", h::show_report, look_in_scope},
    {Method::Get, "/v1/reports/{id}/lines", h::list_report_lines, look_in_scope},
    {Method::Get, "/v1/reports/{id}/diff", h::list_report_changes, look_in_scope},
    {Method::Get, "/v1/reports/{id}/csv", h::report_csv, look_in_scope},
    {Method::Post, "/v1/reports/{id}/approve", h::approve_report, review_target, BodyType::Json},
    {Method::Post, "/v1/reports/{id}/file", h::file_report, review_target, BodyType::Json},
    {Method::Get, "/v1/reports/{country}/{period}", h::show_month, look_at_path},
    {Method::Get, "/v1/reports/{country}/{period}/csv", h::month_csv, look_at_path},
    {Method::Post, "/v1/reports/{country}/{period}/draft", h::draft_report, operate_path, BodyType::Json},

    {Method::Get, "/v1/reports/{country}/{period}/lineage", h::report_lineage, look_at_path},
    {Method::Get, "/v1/reports/{country}/{period}/lineage/items", h::list_lineage_items, operate_path},
    {Method::Get, "/v1/countries/{country}/code-lists/{id}/lineage", h::code_list_lineage, look_at_path},
    {Method::Get, "/v1/models/{model}/lineage", h::model_lineage, look_in_scope},
    {Method::Get, "/v1/datasets/{sha256}/lineage", h::dataset_lineage, look_in_scope},

    {Method::Get, "/v1/samples", h::list_samples, look_in_scope},
    {Method::Post, "/v1/samples", nullptr, operate_body, BodyType::Ndjson, Kind::Intake},

    {Method::Post, "/v1/countries/{country}/files", nullptr, operate_path, BodyType::File, Kind::Intake},

    {Method::Get, "/v1/campaigns", h::list_campaigns, look_in_scope},
    {Method::Get, "/v1/campaigns/{correlation}", h::show_campaign, look_in_scope},
    {Method::Get, "/v1/predictions", h::list_predictions, look_in_scope},

    {Method::Get, "/v1/dead-letters", h::list_dead_letters, look_in_scope},
    {Method::Get, "/v1/dead-letter-causes", h::list_dead_letter_causes, look_in_scope},
    {Method::Get, "/v1/dead-letters/{id}", h::show_dead_letter, look_in_scope},
    {Method::Post, "/v1/dead-letters/{id}/redrive", h::redrive_dead_letter, operate_target, BodyType::Json},
    {Method::Post, "/v1/dead-letters/{id}/discard", h::discard_dead_letter, operate_target, BodyType::Json},
    {Method::Post, "/v1/dead-letters/redrive", h::redrive_dead_letters, operate_body, BodyType::Json},
    {Method::Post, "/v1/dead-letters/discard", h::discard_dead_letters, operate_body, BodyType::Json},
    {Method::Get, "/v1/dead-letter-jobs", h::list_letter_jobs, look_in_scope},
    {Method::Get, "/v1/dead-letter-jobs/{id}", h::show_letter_job, look_in_scope},
    {Method::Post, "/v1/dead-letter-jobs/{id}/stop", h::stop_letter_job, operate_target, BodyType::Json},

    {Method::Get, "/v1/approvals", h::list_approvals, look_in_scope},
    {Method::Get, "/v1/approvals/{id}", h::show_approval, look_in_scope},
    {Method::Post, "/v1/approvals/{id}/decide", h::decide_approval, operate_target, BodyType::Json},

    {Method::Get, "/v1/partitions", h::list_partitions, look_in_scope},
    {Method::Get, "/v1/backfills", h::list_backfills, look_in_scope},
    {Method::Post, "/v1/backfills", h::start_backfill, operate_body, BodyType::Json},
    {Method::Get, "/v1/backfills/{id}", h::show_backfill, look_in_scope},
    {Method::Post, "/v1/backfills/{id}/pause", h::pause_backfill, operate_target, BodyType::Json},
    {Method::Post, "/v1/backfills/{id}/resume", h::resume_backfill, operate_target, BodyType::Json},
    {Method::Post, "/v1/backfills/{id}/cancel", h::cancel_backfill, operate_target, BodyType::Json},

    {Method::Get, "/v1/pools", h::list_pools, look_in_scope},
    {Method::Get, "/v1/pools/{pool}", h::show_pool, look_in_scope},
    {Method::Put, "/v1/pools/{pool}", h::set_pool, operate_all, BodyType::Json},
    {Method::Post, "/v1/pools/{pool}/remove", h::remove_pool, operate_all, BodyType::Json},

    {Method::Get, "/v1/schedules", h::list_schedules, look},
    {Method::Get, "/v1/schedules/preview", h::preview_expression, look},
    {Method::Get, "/v1/schedules/{workflow}/{trigger}/preview", h::preview_schedule, look},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/pause", h::pause_schedule, operate_all, BodyType::Json},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/resume", h::resume_schedule, operate_all, BodyType::Json},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/run", h::run_schedule, operate_all, BodyType::Json},

    {Method::Get, "/v1/events", h::list_events, look_in_scope},
    {Method::Post, "/v1/events", h::post_event, operate_body, BodyType::CloudEvent},
    {Method::Get, "/v1/events/{id}", h::show_event, look_in_scope},
    {Method::Get, "/v1/events/{id}/explain", h::explain_event, look_in_scope},
    {Method::Post, "/v1/events/{id}/replay", h::replay_event, operate_all, BodyType::Json},
    {Method::Post, "/v1/events/replay", h::replay_events, operate_all, BodyType::Json},

    {Method::Get, "/v1/models", h::list_models, look_in_scope},
    {Method::Get, "/v1/models/{model}", h::show_model, look_in_scope},
    {Method::Get, "/v1/models/{model}/trials", h::list_trials, look_in_scope},
    {Method::Get, "/v1/models/{model}/confusion", h::confusion, look_in_scope},
    {Method::Get, "/v1/models/{model}/card", h::show_card, look_in_scope},
    {Method::Get, "/v1/winners", h::list_winners, look_in_scope},
    {Method::Get, "/v1/retention", h::show_retention, look_at_all},
    {Method::Get, "/v1/holds", h::list_holds, look_at_all},
    {Method::Post, "/v1/runs/{id}/hold", h::hold_run, administer, BodyType::Json},
    {Method::Post, "/v1/runs/{id}/release", h::release_run, administer, BodyType::Json},
    {Method::Get, "/v1/alarms", h::list_alarms, look_in_scope},
    {Method::Get, "/v1/countries/{country}/readings", h::list_readings, look_at_path},
    {Method::Post, "/v1/countries/{country}/alarms/{alarm}/end", h::end_alarm, operate_path, BodyType::Json},
    {Method::Get, "/v1/countries/{country}/leaderboard", h::leaderboard, look_at_path},
    {Method::Post, "/v1/countries/{country}/winner", h::set_winner, review_path, BodyType::Json},
    {Method::Get, "/v1/countries/{country}/champions", h::list_champions, look_at_path},

    {Method::Get, "/v1/code-lists", h::list_all_code_lists, look_in_scope},
    {Method::Get, "/v1/countries/{country}/code-lists", h::list_code_lists, look_at_path},
    {Method::Post, "/v1/countries/{country}/code-lists", h::import_code_list, review_path, BodyType::Json},
    {Method::Get, "/v1/countries/{country}/code-lists/{id}", h::show_code_list, look_at_path},
    {Method::Get, "/v1/countries/{country}/code-lists/{id}/codes", h::list_codes_of_list, look_at_path},
    {Method::Get, "/v1/countries/{country}/code-lists/{id}/crosswalk", h::list_moves_of_list, look_at_path},

    {Method::Post, "/v1/countries/{country}/predict", h::predict, operate_path, BodyType::Json, Kind::Live},
    {Method::Get, "/v1/countries/{country}/models/{model}/package", h::package_model, operate_path},

    {Method::Get, "/v1/tokens", h::list_tokens, administer},
    {Method::Post, "/v1/tokens", h::create_token, administer, BodyType::Json},
    {Method::Post, "/v1/tokens/{id}/revoke", h::revoke_token, administer, BodyType::Json},
    {Method::Get, "/v1/audit", h::list_audit, administer},
    {Method::Get, "/v1/doctor", h::show_doctor, look_at_all},
    {Method::Get, "/v1/folder", h::show_folder, look},
    {Method::Get, "/v1/cache", h::list_cache, look_in_scope},
    {Method::Post, "/v1/cache/clear", h::clear_cache, operate_all, BodyType::Json},
    {Method::Get, "/v1/keys", h::list_keys, administer},
    {Method::Post, "/v1/keys/rotate", h::rotate_keys, administer, BodyType::Json},

    {Method::Get, "/v1/objects", h::list_objects, look_in_scope},
};

// Nothing that changes anything is open to those who only look; a session changes nothing but the
// browser's cookie.
constexpr bool mutations_are_guarded() {
    for (const Route& route : table) {
        if (is_mutation(route.method) && route.guard.least < Access::Operator &&
            !route.pattern.starts_with("/v1/session")) {
            return false;
        }
    }
    return true;
}
static_assert(mutations_are_guarded());

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace kontor::http

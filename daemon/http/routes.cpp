#include "http/routes.hpp"

namespace kontor::http {

namespace {

namespace h = handlers;

// Order does not matter: no two patterns of one method match the same path.
constexpr Route table[] = {
    {Method::Get, "/healthz", nullptr, BodyType::None, Access::Public, Kind::Health},
    {Method::Get, "/readyz", nullptr, BodyType::None, Access::Public, Kind::Ready},
    {Method::Get, "/metrics", nullptr, BodyType::None, Access::Token, Kind::Metrics},
    {Method::Get, "/v1/openapi.yaml", nullptr, BodyType::None, Access::Token, Kind::OpenApi},
    {Method::Get, "/v1/stream", nullptr, BodyType::None, Access::Token, Kind::Stream},
    {Method::Get, "/v1/status", h::status},
    {Method::Get, "/v1/system", h::show_system},

    {Method::Get, "/v1/session", h::show_session, BodyType::None, Access::Public},
    {Method::Post, "/v1/session", h::begin_session, BodyType::Json, Access::Public},
    {Method::Post, "/v1/session/end", h::end_session, BodyType::Json, Access::Public},

    {Method::Get, "/v1/workflows", h::list_workflows},
    {Method::Get, "/v1/workflows/{name}", h::show_workflow},
    {Method::Put, "/v1/workflows/{name}", h::put_workflow, BodyType::Yaml},
    {Method::Get, "/v1/workflows/{name}/versions", h::list_versions},
    {Method::Get, "/v1/workflows/{name}/versions/{id}", h::show_version},

    {Method::Get, "/v1/runs", h::list_runs},
    {Method::Post, "/v1/runs", h::submit_run, BodyType::Json},
    {Method::Get, "/v1/runs/{id}", h::show_run},
    {Method::Get, "/v1/runs/{id}/tasks", h::list_run_tasks},
    {Method::Get, "/v1/runs/{id}/timeline", h::run_timeline},
    {Method::Post, "/v1/runs/{id}/cancel", h::cancel_run, BodyType::Json},

    {Method::Get, "/v1/tasks/{id}", h::show_task},
    {Method::Get, "/v1/tasks/{id}/attempts", h::list_attempts},
    {Method::Get, "/v1/tasks/{id}/logs", h::list_logs},

    {Method::Get, "/v1/campaigns", h::list_campaigns},
    {Method::Get, "/v1/campaigns/{correlation}", h::show_campaign},
    {Method::Get, "/v1/predictions", h::list_predictions},

    {Method::Get, "/v1/dead-letters", h::list_dead_letters},
    {Method::Get, "/v1/dead-letter-causes", h::list_dead_letter_causes},
    {Method::Get, "/v1/dead-letters/{id}", h::show_dead_letter},
    {Method::Post, "/v1/dead-letters/{id}/redrive", h::redrive_dead_letter, BodyType::Json},
    {Method::Post, "/v1/dead-letters/{id}/discard", h::discard_dead_letter, BodyType::Json},

    {Method::Get, "/v1/schedules", h::list_schedules},
    {Method::Get, "/v1/schedules/preview", h::preview_expression},
    {Method::Get, "/v1/schedules/{workflow}/{trigger}/preview", h::preview_schedule},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/pause", h::pause_schedule, BodyType::Json},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/resume", h::resume_schedule, BodyType::Json},
    {Method::Post, "/v1/schedules/{workflow}/{trigger}/run", h::run_schedule, BodyType::Json},

    {Method::Get, "/v1/events", h::list_events},
    {Method::Post, "/v1/events", h::post_event, BodyType::CloudEvent},
    {Method::Get, "/v1/events/{id}", h::show_event},
    {Method::Get, "/v1/events/{id}/explain", h::explain_event},
    {Method::Post, "/v1/events/{id}/replay", h::replay_event, BodyType::Json},
    {Method::Post, "/v1/events/replay", h::replay_events, BodyType::Json},

    {Method::Get, "/v1/models", h::list_models},
    {Method::Get, "/v1/models/{model}", h::show_model},
    {Method::Get, "/v1/models/{model}/trials", h::list_trials},
    {Method::Get, "/v1/models/{model}/confusion", h::confusion},
    {Method::Get, "/v1/winners", h::list_winners},
    {Method::Get, "/v1/countries/{country}/leaderboard", h::leaderboard},
    {Method::Get, "/v1/countries/{country}/champions", h::list_champions},

    {Method::Get, "/v1/objects", h::list_objects},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace kontor::http

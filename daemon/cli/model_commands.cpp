// Models, winners, leaderboards, predictions.
#include "cli/commands.hpp"

namespace kontor::cli {

int list_models(Session& session, const std::string& country, int limit) {
    return print_list(
        session,
        with_query("/v1/models", {{"country", country}, {"limit", std::to_string(limit)}}),
        {{"ID", "/id"},
         {"COUNTRY", "/country"},
         {"FAMILY", "/family"},
         {"MACRO-F1", "/metrics/macro_f1", Kind::Number},
         {"ACCURACY", "/metrics/accuracy", Kind::Number},
         {"RUN", "/run", Kind::Number},
         {"CREATED", "/created_at", Kind::Time},
         {"IN FORCE", "/winner", Kind::Yes}},
        "No models yet. 'kontor run train' makes them."
    );
}

int list_winners(Session& session, const std::string& country, const std::string& at, const std::string& known) {
    return print_list(
        session,
        with_query("/v1/winners", {{"country", country}, {"at", at}, {"known", known}}),
        {{"COUNTRY", "/country"},
         {"MODEL", "/model"},
         {"FAMILY", "/family"},
         {"MACRO-F1", "/metrics/macro_f1", Kind::Number},
         {"RUN", "/run", Kind::Number},
         {"IN FORCE SINCE", "/valid_from", Kind::Time},
         {"PINNED BY", "/pinned/by"}},
        "No country has a winner yet. 'kontor run train' starts the chain that chooses them."
    );
}

int show_leaderboard(Session& session, const std::string& country, const std::string& by) {
    return print_list(
        session,
        with_query("/v1/countries/" + percent_encoded(country) + "/leaderboard", {{"by", by}}),
        {{"RANK", "/rank", Kind::Number},
         {"MODEL", "/model"},
         {"FAMILY", "/family"},
         {"MACRO-F1", "/metrics/macro_f1", Kind::Number},
         {"ACCURACY", "/metrics/accuracy", Kind::Number},
         {"ROWS", "/rows", Kind::Number},
         {"SEARCH S", "/seconds", Kind::Number},
         {"ITEMS/S", "/per_second", Kind::Number},
         {"BYTES", "/bytes", Kind::Number},
         {"SCORED", "/scored_at", Kind::Time},
         {"IN FORCE", "/winner", Kind::Yes}},
        "No model of " + country + " has been scored yet."
    );
}

int list_predictions(Session& session, const std::string& correlation) {
    return print_list(
        session,
        with_query("/v1/predictions", {{"correlation", correlation}, {"limit", "1000"}}),
        {{"COUNTRY", "/country"},
         {"ROWS", "/rows", Kind::Number},
         {"CLASSIFIED", "/classified", Kind::Number},
         {"REVIEW", "/review", Kind::Number},
         {"QUARANTINED", "/quarantined", Kind::Number},
         {"MACRO-F1", "/macro_f1", Kind::Number},
         {"MODEL", "/model"},
         {"RUN", "/run", Kind::Number},
         {"FINISHED", "/finished_at", Kind::Time}},
        "No predictions yet."
    );
}

}  // namespace kontor::cli

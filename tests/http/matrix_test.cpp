// Every route x method x role x countries x state of the token, from the table of routes itself: a
// route that is added tomorrow is held to what its guard says, and one whose guard is wrong shows up
// in the list of expectations below. Handlers run against the engine in memory.
#include "http/example_path.hpp"
#include "http/router.hpp"
#include "http/server_test.hpp"

#include <map>

namespace kontor::http_test {
namespace {

using http::Access;
using http::BodyType;
using http::Guard;
using http::Kind;
using http::Method;
using http::Route;
using http::Where;

// Read here by hand, not from the guards: the table must agree with what is meant.
const std::map<std::string, std::string> meant{
    {"GET /healthz", "anyone"},
    {"GET /readyz", "anyone"},
    {"GET /v1/session", "anyone"},
    {"POST /v1/session", "anyone"},
    {"POST /v1/session/end", "anyone"},
    {"GET /metrics", "viewer"},
    {"GET /v1/openapi.yaml", "viewer"},
    {"GET /v1/stream", "viewer"},
    {"GET /v1/status", "viewer"},
    {"GET /v1/workflows", "viewer"},
    {"GET /v1/workflows/{name}", "viewer"},
    {"GET /v1/workflows/{name}/diff", "viewer"},
    {"PUT /v1/workflows/{name}", "admin"},
    {"POST /v1/workflows/{name}/retire", "admin"},
    {"GET /v1/schedules", "viewer"},
    {"GET /v1/tasks/{id}/quarantine", "operator"},  // what lies in the object itself
    {"GET /v1/countries/{country}/models/{model}/package", "operator"},  // the model itself
    {"GET /v1/reports/{country}/{period}/lineage/items", "operator"},  // what lies in the predictions themselves
    {"GET /v1/reviews/{id}/item", "reviewer"},
    {"POST /v1/reviews/claim", "reviewer"},
    {"POST /v1/reviews/{id}/decide", "reviewer"},
    {"POST /v1/reviews/{id}/undo", "reviewer"},
    {"POST /v1/reports/{id}/approve", "reviewer"},
    {"POST /v1/reports/{id}/file", "reviewer"},
    {"POST /v1/runs/{id}/hold", "admin"},
    {"POST /v1/runs/{id}/release", "admin"},
    {"POST /v1/countries/{country}/winner", "reviewer"},
    {"POST /v1/countries/{country}/code-lists", "reviewer"},
    {"GET /v1/tokens", "admin"},
    {"POST /v1/tokens", "admin"},
    {"POST /v1/tokens/{id}/revoke", "admin"},
    {"GET /v1/audit", "admin"},
    {"GET /v1/keys", "admin"},
    {"POST /v1/keys/rotate", "admin"},
};

std::string_view word(Access least) {
    switch (least) {
        case Access::Denied:
            return "nobody";
        case Access::Public:
            return "anyone";
        case Access::Viewer:
            return "viewer";
        case Access::Operator:
            return "operator";
        case Access::Reviewer:
            return "reviewer";
        case Access::Admin:
            return "admin";
    }
    return "";
}

class Matrix : public ServerTest {
  protected:
    void SetUp() override {
        api_.give_token("spare", "viewer", nullptr);  // number 1: the one that is revoked on the way
        for (const char* role : {"viewer", "operator", "reviewer", "admin"}) {
            const std::string name(role);
            api_.give_token(name + "-all", name, nullptr);
            api_.give_token(name + "-DE", name, JsonArray{"DE"});
            api_.give_token(name + "-FR", name, JsonArray{"FR"});
            api_.give_token(name + "-none", name, JsonArray{});
            api_.give_token(name + "-expired", name, nullptr, "2020-01-01T00:00:00.000000Z");
        }
        api_.give_token("stranger-all", "owner", nullptr);  // a role that this program does not know
        start();
    }
    Answer ask_as(const std::string& bearer, std::string_view method, std::string_view target) {
        RawClient client(server_->port());
        client.send(request_text(method, target, bearer));
        return client.answer();
    }
    // What a role that is high enough sees with only some countries.
    void check_scope(
        const Route& route, const std::string& scope, int seen, std::size_t calls, const std::string& cell
    ) {
        switch (route.guard.where) {
            case Where::Undeclared:
                FAIL() << cell;
                return;
            case Where::Nowhere:
                EXPECT_EQ(seen, 200) << cell;
                return;
            case Where::Everywhere:
                EXPECT_EQ(seen, 403) << cell;
                return;
            case Where::Listed:
                // The query had the caller's countries as its last parameter.
                EXPECT_TRUE(seen == 200 || seen == 404) << cell << ": " << seen;
                if (route.kind == Kind::Worker) {
                    const std::string call = api_.calls().at(calls);
                    EXPECT_TRUE(call.ends_with((scope == "none" ? "" : scope) + ")")) << call;
                    EXPECT_FALSE(call.ends_with("-)")) << call;
                }
                return;
            case Where::Path:
                EXPECT_EQ(seen, scope == "DE" ? 200 : 404) << cell;
                return;
            case Where::Target:
                // Nothing in the engine in memory lies in a country of its own.
                EXPECT_TRUE(seen == 403 || seen == 404) << cell << ": " << seen;
                EXPECT_TRUE(api_.calls().back().starts_with("read ")) << cell;
                return;
            case Where::Body:
                // Runs are held against the countries by the engine, which knows the definition.
                if (route.pattern == "/v1/runs") {
                    EXPECT_EQ(api_.last_command().by.countries.filter(), scope == "none" ? "" : scope);
                } else {
                    EXPECT_EQ(seen < 300, scope == "DE") << cell << ": " << seen;
                }
                return;
        }
    }
    // Status of a whole, valid request; 200 for a stream that opens.
    int status(const Route& route, const std::string& bearer) {
        const std::string body = route.body == BodyType::None   ? ""
                                 : route.body == BodyType::Yaml ? "workflow: train\n"
                                                                : bodies_[http::name_of(route)];
        RawClient client(server_->port());
        client.send(request_text(
            to_string(route.method),
            example(route.pattern) + (route.body == BodyType::File ? "?name=a.csv" : ""),
            bearer,
            body,
            route.body == BodyType::Yaml     ? "application/yaml"
            : route.body == BodyType::Ndjson ? "application/x-ndjson"
            : route.body == BodyType::File   ? "application/octet-stream"
                                             : "application/json"
        ));
        return client.answer(true).status;
    }

    // Reads by id find nothing here for who may see only a part.
    std::map<std::string, std::string> bodies_{
        {"POST /v1/runs", R"({"workflow":"train"})"},
        {"POST /v1/runs/{id}/cancel", "{}"},
        {"POST /v1/runs/{id}/hold", R"({"reason":"r"})"},
        {"POST /v1/runs/{id}/release", R"({"reason":"r"})"},
        {"POST /v1/runs/{id}/pause", "{}"},
        {"POST /v1/runs/{id}/resume", "{}"},
        {"POST /v1/runs/{id}/retry", "{}"},
        {"POST /v1/runs/{id}/skip", R"({"task":"tune","reason":"r"})"},
        {"POST /v1/runs/{id}/done", R"({"task":"tune","reason":"r"})"},
        {"POST /v1/runs/{id}/rerun", R"({"task":"tune"})"},
        {"POST /v1/dead-letters/{id}/redrive", "{}"},
        {"POST /v1/dead-letters/{id}/discard", R"({"reason":"r"})"},
        {"POST /v1/approvals/{id}/decide", R"({"decision":"approve"})"},
        {"POST /v1/dead-letters/redrive", R"({"country":"DE"})"},
        {"POST /v1/dead-letters/discard", R"({"country":"DE","reason":"r"})"},
        {"POST /v1/dead-letter-jobs/{id}/stop", "{}"},
        {"POST /v1/backfills", R"({"workflow":"infer","periods":"2026-01","countries":["DE"]})"},
        {"POST /v1/backfills/{id}/pause", "{}"},
        {"POST /v1/backfills/{id}/resume", "{}"},
        {"POST /v1/backfills/{id}/cancel", "{}"},
        {"POST /v1/countries/{country}/alarms/{alarm}/end", R"({"reason":"r"})"},
        {"POST /v1/countries/{country}/winner", R"({"model":"m-1","reason":"r"})"},
        {"POST /v1/cache/clear", R"({"workflow":"train"})"},
        {"POST /v1/workflows/{name}/retire", "{}"},
        {"PUT /v1/pools/{pool}", R"({"slots":2})"},
        {"POST /v1/pools/{pool}/remove", "{}"},
        {"POST /v1/schedules/{workflow}/{trigger}/pause", "{}"},
        {"POST /v1/schedules/{workflow}/{trigger}/resume", "{}"},
        {"POST /v1/schedules/{workflow}/{trigger}/run", "{}"},
        {"POST /v1/events",
         R"({"specversion":"1.0","id":"a","source":"/t","type":"t","data":{"country":"DE"}})"},
        {"POST /v1/events/{id}/replay", "{}"},
        {"POST /v1/events/replay", R"({"type":"t"})"},
        {"POST /v1/reviews/claim", R"({"country":"DE"})"},
        {"POST /v1/reviews/{id}/decide", R"({"code":"1.1"})"},
        {"POST /v1/reviews/{id}/undo", "{}"},
        {"POST /v1/reports/{id}/approve", "{}"},
        {"POST /v1/reports/{id}/file", R"({"receipt":"EAR-1"})"},
        {"POST /v1/reports/{country}/{period}/draft", "{}"},
        {"POST /v1/samples", R"({"country":"DE","item":"a","version":1,"code":"1.1","columns":{"title":"Kabel"}})"},
        {"POST /v1/countries/{country}/files", "anything"},
        {"POST /v1/session", "{}"},
        {"POST /v1/session/end", "{}"},
        {"POST /v1/countries/{country}/predict", R"({"items":[{"title":"Kabel"}]})"},
        {"POST /v1/countries/{country}/code-lists", R"({"effective_from":"2027-01-01","list":"code,title\n1,one\n"})"},
        {"POST /v1/tokens", R"({"name":"anna","countries":"all"})"},
        {"POST /v1/tokens/{id}/revoke", "{}"},
        {"POST /v1/keys/rotate", "{}"},
    };
};

TEST_F(Matrix, EveryRouteWantsTheRoleThatIsMeant) {
    for (const Route& route : http::routes()) {
        const auto found = meant.find(http::name_of(route));
        const std::string expected = found != meant.end()            ? found->second
                                     : http::is_mutation(route.method) ? "operator"
                                                                       : "viewer";
        EXPECT_EQ(word(route.guard.least), expected) << http::name_of(route);
        if (route.body != BodyType::None && route.body != BodyType::Yaml) {
            EXPECT_FALSE(bodies_[http::name_of(route)].empty())
                << http::name_of(route) << " needs a valid body here";
        }
    }
}

TEST_F(Matrix, NobodyGetsInWithoutATokenThatHolds) {
    ASSERT_EQ(ask_as("admin-all", "GET", "/v1/status").status, 200);
    api_.take_token("admin-all");  // revoked: a moment ago it opened everything
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (ask_as("admin-all", "GET", "/v1/status").status != 401) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it still opens after five seconds";
    }
    int cells = 0;
    for (const Route& route : http::routes()) {
        // Signing in is open to everybody and asks for the token itself.
        const bool open = route.guard.least == Access::Public && http::name_of(route) != "POST /v1/session";
        for (const std::string bearer :
             {"", "wrong", "viewer-expired", "operator-expired", "reviewer-expired",
              "admin-expired", "admin-all", "stranger-all"}) {
            const int seen = status(route, bearer);
            EXPECT_EQ(seen == 401, !open) << http::name_of(route) << " with '" << bearer << "'";
            ++cells;
        }
    }
    EXPECT_EQ(cells, static_cast<int>(http::routes().size()) * 8);
    EXPECT_TRUE(api_.calls().empty());
    EXPECT_TRUE(api_.recorded().empty()) << "what nobody did is not on the record";
}

TEST_F(Matrix, EveryRoleGetsAsFarAsTheGuardSays) {
    const std::pair<const char*, Access> roles[] = {
        {"viewer", Access::Viewer},
        {"operator", Access::Operator},
        {"reviewer", Access::Reviewer},
        {"admin", Access::Admin},
    };
    for (const Route& route : http::routes()) {
        for (const auto& [role, access] : roles) {
            for (const std::string scope : {"all", "DE", "FR", "none"}) {
                const std::size_t calls = api_.calls().size();
                const std::size_t records = api_.recorded().size();
                const std::string bearer = std::string(role) + "-" + scope;
                const std::string cell = http::name_of(route) + " by " + bearer;
                const int seen = status(route, bearer);
                if (route.guard.least == Access::Public) {
                    EXPECT_EQ(seen, 200) << cell;
                } else if (access < route.guard.least) {
                    EXPECT_EQ(seen, 403) << cell;
                    EXPECT_EQ(api_.calls().size(), calls) << cell;
                    EXPECT_EQ(api_.recorded().size(), records + (http::is_mutation(route.method) ? 1U : 0U)) << cell;
                } else if (scope == "all") {
                    EXPECT_TRUE(seen >= 200 && (seen < 300 || seen == 404)) << cell << ": " << seen;
                } else {
                    check_scope(route, scope, seen, calls, cell);
                }
            }
        }
    }
}

TEST_F(Matrix, ARevokedTokenOpensNothingFromTheNextLookOn) {
    EXPECT_EQ(ask_as("operator-all", "GET", "/v1/runs").status, 200);
    RawClient stream(server_->port());
    stream.send(request_text("GET", "/v1/stream", "operator-all"));
    ASSERT_TRUE(stream.read_until("still here"));
    RawClient other(server_->port());
    other.send(request_text("GET", "/v1/stream", "viewer-DE"));
    ASSERT_TRUE(other.read_until("still here"));
    api_.take_token("operator-all");
    EXPECT_TRUE(stream.closed_within(std::chrono::seconds(5)));
    EXPECT_EQ(ask_as("operator-all", "GET", "/v1/runs").status, 401);
    EXPECT_FALSE(other.closed_within(std::chrono::milliseconds(100)));
    // A narrower scope counts as another token: the stream would go on with the old one.
    api_.give_token("viewer-DE", "viewer", JsonArray{"FR"});
    EXPECT_TRUE(other.closed_within(std::chrono::seconds(5)));
}

TEST_F(Matrix, TokensCountriesGoIntoEveryScopedQuery) {
    ask_as("viewer-DE", "GET", "/v1/runs");
    EXPECT_EQ(api_.calls().back(), "read runs_page(-,-,-,-,-,-,DE)");
    ask_as("viewer-none", "GET", "/v1/tasks/8/logs");
    EXPECT_EQ(api_.calls().back(), "read task_logs(8,-,-,-,-,-,)") << "no country is not every country";
    ask_as("viewer-DE", "GET", "/v1/logs?country=FR");
    EXPECT_EQ(api_.calls().back(), "read log_search(-,FR,-,-,-,-,-,-,-,DE)");
}

TEST_F(Matrix, ASecretIsShownOnceAndKeysAreEachTokensOwn) {
    const std::string key = "Idempotency-Key: k\r\n";
    const std::string body = R"({"name":"ci","role":"operator","countries":["DE"],"reason":"the build"})";
    const Answer made = ask("POST", "/v1/tokens", body, "application/json", key);
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string secret = text_member(*json_from_text(made.body), "secret");
    EXPECT_EQ(secret.substr(0, 7), "kontor_");
    EXPECT_EQ(secret.size(), 71U);
    EXPECT_EQ(api_.last_command().audit.reason, "the build");
    EXPECT_EQ(api_.last_command().audit.route, "POST /v1/tokens");
    EXPECT_EQ(ask_as(secret, "GET", "/v1/runs").status, 200) << "it holds at once";
    const Answer again = ask("POST", "/v1/tokens", body, "application/json", key);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body.find("secret"), std::string::npos);
    RawClient client(server_->port());
    client.send(request_text("POST", "/v1/runs", secret, R"({"workflow":"train"})", "application/json", key));
    EXPECT_EQ(client.answer().status, 201) << "another token's key is another key";
}

TEST_F(Matrix, LivePredictionsAreCheckedAndTheirRefusalsSaid) {
    const std::string path = "/v1/countries/DE/predict";
    const Answer given = ask("POST", path, R"({"items":[{"title":"Kabel"}],"top":2,"explain":true})");
    EXPECT_EQ(given.status, 200);
    EXPECT_EQ(given.body, R"({"country":"DE","items":[{"title":"Kabel"}],"top":2,"explain":true})");
    EXPECT_TRUE(api_.recorded().empty()) << "nothing was changed";
    for (const char* wrong : {"{}", R"({"items":{}})", R"({"items":[{}],"top":0})", R"({"items":[{}],"explain":"yes"})", R"({"items":[{}],"tpo":1})"}) {
        EXPECT_EQ(ask("POST", path, wrong).status, 422) << wrong;
    }
    predictor_.error = Error{ErrorKind::Invalid, "live", "the items do not fit", {{"/items/0/titel", "is no column"}}};
    const Answer refused = ask("POST", path, R"({"items":[{"titel":"Kabel"}]})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.body.find("/items/0/titel"), std::string::npos);
    predictor_.error = conflict("live", "the country DE has no model in force yet");
    EXPECT_EQ(ask("POST", path, R"({"items":[{}]})").status, 409);
    predictor_.error = unavailable("live", "too many rows wait");
    const Answer busy = ask("POST", path, R"({"items":[{}]})");
    EXPECT_EQ(busy.status, 503);
    EXPECT_FALSE(busy.field("Retry-After").empty());
}

TEST_F(Matrix, CodeListsAreImportedAsTheBodySaysAndReadByCountry) {
    const std::string path = "/v1/countries/DE/code-lists";
    const std::string body = R"({"effective_from":"2027-01-01","list":"code,title\n1,one\n","crosswalk":"from,to,kind\n","dry_run":true,"reason":"the law"})";
    EXPECT_EQ(ask("POST", path, body).status, 200);
    ASSERT_EQ(code_lists_.said.size(), 1U);
    EXPECT_TRUE(code_lists_.said[0].ends_with(" imports DE from 2027-01-01: code,title\n1,one\n/from,to,kind\n (dry) because the law")) << code_lists_.said[0];
    for (const char* wrong : {"{}", R"({"effective_from":"2027-01-01"})", R"({"effective_from":"2027-01-01","list":[]})", R"({"list":"code,title\n","effective":"2027-01-01"})",
                              R"({"effective_from":"2027-01-01","list":"x","crosswalk":7})"}) {
        EXPECT_EQ(ask("POST", path, wrong).status, 422) << wrong;
    }
    code_lists_.error = Error{ErrorKind::Invalid, "codes", "the code list is not taken", {{"/list", "line 3, column \"code\": the code is missing"}}};
    const Answer refused = ask("POST", path, body);
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.body.find("line 3, column"), std::string::npos);
    EXPECT_EQ(ask("GET", path + "?limit=2").status, 200);
    EXPECT_EQ(api_.calls().back(), "read code_lists_page(DE,2,-,-)");
    EXPECT_EQ(ask("GET", path + "/2/codes?cursor=7").status, 200);
    EXPECT_EQ(api_.calls().back(), "read code_list_codes(DE,2,-,7,-)");
    EXPECT_EQ(ask("GET", path + "/2/crosswalk").status, 200);
    EXPECT_EQ(ask("GET", path + "/two").status, 404);
}

TEST_F(Matrix, ReportsAreDraftedApprovedAndFiledAsTheBodySays) {
    EXPECT_EQ(ask("POST", "/v1/reports/DE/2026-11/draft", R"({"dry_run":true,"reason":"to see"})").status, 200);
    EXPECT_EQ(ask("POST", "/v1/reports/7/approve", R"({"despite_waiting":true})", "application/json", "Kontor-Reason: agreed\r\n").status, 200);
    EXPECT_EQ(ask("POST", "/v1/reports/7/file", R"({"receipt":"EAR-1"})").status, 200);
    ASSERT_EQ(filing_.said.size(), 3U);
    EXPECT_TRUE(filing_.said[0].ends_with(" drafts DE 2026-11 (dry) because to see")) << filing_.said[0];
    EXPECT_TRUE(filing_.said[1].ends_with(" approves 7 despite because agreed")) << filing_.said[1];
    EXPECT_TRUE(filing_.said[2].ends_with(" files 7 as EAR-1 because ")) << filing_.said[2];
    EXPECT_EQ(ask("POST", "/v1/reports/7/file", "{}").status, 422) << "what is filed has a receipt";
    EXPECT_EQ(ask("POST", "/v1/reports/7/approve", R"({"despite":true})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/reports/DE/2026-13/draft", "{}").status, 404);
    EXPECT_EQ(ask("GET", "/v1/reports?period=2026-13").status, 400);
    EXPECT_EQ(ask("GET", "/v1/reports/DE/2026-11?as_of=yesterday").status, 400);
    filing_.error = conflict("reports", "report 7 (DE 2026-11, version 2) is filed: only a draft can be approved");
    const Answer refused = ask("POST", "/v1/reports/7/approve", "{}");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("is filed"), std::string::npos);
}

TEST_F(Matrix, AReportsTextIsGivenOnceItsOpeningIsOnRecord) {
    const Answer text = ask("GET", "/v1/reports/DE/2026-11/csv?as_of=2026-12-01");
    EXPECT_EQ(text.status, 200);
    EXPECT_EQ(text.field("Content-Type"), "text/csv; charset=utf-8");
    EXPECT_EQ(text.field("Content-Disposition"), "attachment; filename=\"DE-2026-11-v2.csv\"");
    EXPECT_EQ(text.body, "period,country\n2026-11,DE\n");
    const std::vector<std::string> calls = api_.calls();
    ASSERT_GE(calls.size(), 2U);
    EXPECT_EQ(calls[calls.size() - 2], "read report_as_of(DE,2026-11,2026-12-01T23:59:59.999999Z,-)");
    EXPECT_EQ(calls.back(), "accept GET /v1/reports/{country}/{period}/csv");
    EXPECT_EQ(ask("GET", "/v1/reports/7/csv").body, text.body);
}

TEST_F(Matrix, ACountryIsLateWhenItsDayHasPassedAndNothingIsFiled) {
    const Answer status = ask("GET", "/v1/reports/status?period=2020-11");
    EXPECT_EQ(status.status, 200);
    const Json items = json_from_text(status.body)->at("items");
    EXPECT_EQ(items.at(0).at("due_on"), "2020-12-15");
    EXPECT_EQ(items.at(0).at("overdue"), true);
    EXPECT_EQ(items.at(1).at("overdue"), false);
}

TEST_F(Matrix, KeysAreRotatedOnceUnderAnIdempotencyKey) {
    const std::string key = "Idempotency-Key: k\r\n";
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ask("POST", "/v1/keys/rotate", R"({"scope":"raw"})", "application/json", key).status, 202);
    }
    EXPECT_EQ(keys_.rotations, 1);
    EXPECT_EQ(ask("POST", "/v1/keys/rotate", R"({"scope":"model"})", "application/json", key).status, 422);
}

TEST_F(Matrix, WhatWasRefusedStandsOnTheRecordWithWhoAndWhy) {
    RawClient client(server_->port());
    client.send(request_text(
        "POST", "/v1/runs", "viewer-DE", R"({"workflow":"train"})", "application/json", "Kontor-Reason: curious\r\n"
    ));
    EXPECT_EQ(client.answer().status, 403);
    ASSERT_EQ(api_.recorded().size(), 1U);
    const ports::AuditRow row = api_.recorded().back();
    EXPECT_EQ(row.who, "viewer-DE");
    EXPECT_EQ(row.role, "viewer");
    EXPECT_EQ(row.route, "POST /v1/runs");
    EXPECT_EQ(row.status, 403);
    EXPECT_EQ(row.reason, "curious");
    ask("POST", "/v1/runs", R"({"workflow":"absent","reason":"a try"})");
    ASSERT_EQ(api_.recorded().size(), 2U);
    EXPECT_EQ(api_.recorded().back().status, 404);
    EXPECT_EQ(api_.recorded().back().reason, "a try");
}

}  // namespace
}  // namespace kontor::http_test

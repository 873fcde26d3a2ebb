// What routes take and give: validation, problem shapes, parameters as the engine gets them.
#include "base/json.hpp"
#include "http/server_test.hpp"

#include <array>

namespace kontor::http_test {
namespace {

class Routes : public ServerTest {
  protected:
    void SetUp() override { start(); }

    // The pointers of a problem's errors, and a check of its shape.
    std::vector<std::string> pointers(const Answer& answer) {
        EXPECT_EQ(answer.field("Content-Type"), "application/problem+json");
        const auto body = json_from_text(answer.body);
        EXPECT_TRUE(body) << answer.body;
        std::vector<std::string> found;
        if (!body) {
            return found;
        }
        EXPECT_EQ(member(*body, "status")->to_number<int>(), answer.status);
        EXPECT_FALSE(text_member(*body, "title").empty());
        EXPECT_FALSE(text_member(*body, "detail").empty());
        EXPECT_EQ(text_member(*body, "type"), "about:blank");
        for (const Json& error : member(*body, "errors")->get_array()) {
            EXPECT_FALSE(text_member(error, "message").empty());
            found.push_back(text_member(error, "pointer"));
        }
        return found;
    }
    std::string last_call() {
        const auto calls = api_.calls();
        return calls.empty() ? "" : calls.back();
    }
};

TEST_F(Routes, SubmittedRunIsCreatedAndFound) {
    const Answer created = ask(
        "POST", "/v1/runs", R"({"workflow":"train","params":{"trials":3},"correlation":"2026-11"})"
    );
    EXPECT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(created.field("Location"), "/v1/runs/1");
    EXPECT_EQ(last_call(), "submit train by admin");
    const Answer shown = ask("GET", created.field("Location"));
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body, created.body);
    EXPECT_EQ(shown.field("Content-Type"), "application/json");
    EXPECT_EQ(shown.field("Cache-Control"), "no-store");
}

TEST_F(Routes, EveryFaultOfABodyIsNamedAtOnce) {
    const Answer answer =
        ask("POST", "/v1/runs", R"({"params":[],"priority":"high","colour":1,"a/b~c":2})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(
        pointers(answer),
        (std::vector<std::string>{"/workflow", "/params", "/priority", "/colour", "/a~1b~0c"})
    );
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(Routes, BodyThatIsNoJsonObjectGets400) {
    for (const char* body :
         {"{", "[]", "null", "{\"workflow\":\"a\",\"workflow\":\"b\"}", "{} {}", "{\"a\":\xff}"}) {
        const Answer answer = ask("POST", "/v1/runs", body);
        EXPECT_EQ(answer.status, 400) << body;
        pointers(answer);
    }
    const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
    EXPECT_EQ(ask("POST", "/v1/runs", deep).status, 400);
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(Routes, NulInsideParametersIsRefusedWithItsPlace) {
    const Answer answer =
        ask("POST", "/v1/runs", R"({"workflow":"train","params":{"a":["x","y\u0000z"]}})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointers(answer), std::vector<std::string>{"/params/a/1"});
}

TEST_F(Routes, EnginesDetailsReachTheCaller) {
    const Answer answer =
        ask("POST", "/v1/runs", R"({"workflow":"train","params":{"trials":"x"}})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointers(answer), std::vector<std::string>{"/params/trials"});
    EXPECT_EQ(ask("POST", "/v1/runs", R"({"workflow":"absent"})").status, 404);
}

TEST_F(Routes, UnknownOrWrongQueryParametersGet400) {
    const Answer answer = ask("GET", "/v1/runs?workflw=train&limit=0&state=asleep&parent=x");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(pointers(answer), (std::vector<std::string>{"state", "parent", "limit", "workflw"}));
    for (const char* target : {
             "/v1/runs?limit=1001",
             "/v1/runs?limit=99999999999999999999",
             "/v1/runs?limit=1&limit=2",
             "/v1/status?x=1",
             "/v1/runs/1?x=1",
             "/v1/winners?at=yesterday",
             "/v1/winners?country=de",
             "/v1/tasks/1/logs?after=-1",
             "/v1/logs?since=yesterday",
             "/v1/logs?level=loud",
             "/v1/logs?country=de",
             "/v1/logs?contains=x",
             "/v1/stream?run=abc",
             "/v1/stream?filter=x",
             "/v1/runs?correlation=%0a",
             "/v1/runs?workflow=a%27%20or%201=1",
         }) {
        EXPECT_EQ(ask("GET", target).status, 400) << target;
    }
    EXPECT_TRUE(api_.calls().empty());
}

TEST_F(Routes, PathParametersHaveTheirForm) {
    for (const char* target : {
             "/v1/runs/abc",
             "/v1/runs/0",
             "/v1/runs/01",
             "/v1/runs/-1",
             "/v1/runs/9223372036854775808",
             "/v1/countries/de/leaderboard",
             "/v1/countries/DEU/leaderboard",
             "/v1/workflows/.hidden",
             "/v1/nothing",
         }) {
        EXPECT_EQ(ask("GET", target).status, 404) << target;
    }
    EXPECT_TRUE(api_.calls().empty());
}

// Each list hands its filters to its named query in that query's order.
TEST_F(Routes, FiltersReachTheirQueryInOrder) {
    const std::pair<const char*, const char*> cases[] = {
        {"/v1/workflows", "workflows_all()"},
        {"/v1/workflows/train", "workflow_one(train)"},
        {"/v1/runs?state=failed&workflow=train&limit=7&correlation=c%201&parent=4&cursor=71",
         "runs_page(train,failed,c 1,4,7,71,-)"},
        {"/v1/runs", "runs_page(-,-,-,-,-,-,-)"},
        {"/v1/runs/3/tasks?country=NO&task=tune&state=running",
         "run_tasks_page(3,tune,NO,running,-,-,-)"},
        {"/v1/tasks/8", "task_one(8,-)"},
        {"/v1/tasks/8/attempts", "task_attempts(8,-)"},
        {"/v1/tasks/8/logs?attempt=2&after=0&limit=1000", "task_logs(8,2,0,1000,-,-,-)"},
        {"/v1/tasks/8/logs?level=warn&contains=no%20room", "task_logs(8,-,-,-,warn,no room,-)"},
        {"/v1/runs/3/logs?task=tune&country=NO&level=error&contains=x&limit=9&after=7.12",
         "run_logs(3,tune,NO,error,x,9,7.12,-)"},
        {"/v1/logs", "log_search(-,-,-,-,-,-,-,-,-,-)"},
        {"/v1/logs?workflow=train&country=NO&task=tune&since=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z&level=warn&grep=no%20room&limit=9&cursor=3.7.12",
         "log_search(train,NO,tune,2026-11-01T00:00:00.000000Z,2026-12-01T00:00:00.000000Z,warn,no room,9,3.7.12,-)"},
        {"/v1/campaigns?limit=5", "campaigns_page(5,-,-)"},
        {"/v1/campaigns/2026-11%20live", "campaign_grid(2026-11 live,-)"},
        {"/v1/dead-letters?state=open&workflow=train&country=DE&fingerprint=ab12",
         "dead_letters_page(open,train,DE,ab12,-,-,-)"},
        {"/v1/dead-letters/5", "dead_letter_one(5,-)"},
        {"/v1/dead-letter-jobs?state=canary&limit=3", "letter_jobs_page(canary,3,-,-)"},
        {"/v1/dead-letter-jobs/9", "letter_job_one(9,-)"},
        {"/v1/schedules", "schedules_all()"},
        {"/v1/events?type=kontor.model.trained&correlation=x",
         "events_page(kontor.model.trained,x,-,-,-)"},
        {"/v1/events/12", "event_one(12,-)"},
        {"/v1/models?country=FR&limit=3", "models_page(FR,3,-,-)"},
        {"/v1/models/m-17", "model_one(m-17,-)"},
        {"/v1/models/m-17/card?country=DE", "model_card(m-17,DE,-)"},
        {"/v1/models/m-17/card?format=html", "model_card(m-17,-,-)"},
        {"/v1/winners?at=2026-05-03T00:00:00%2B02:00&country=DE",
         "winners_at(DE,2026-05-02T22:00:00.000000Z,-,-)"},
        {"/v1/countries/DE/leaderboard", "leaderboard(DE,-)"},
        {"/v1/countries/DE/leaderboard?by=speed", "leaderboard(DE,speed)"},
        {"/v1/reports/DE/2026-11/lineage?code=1.1", "report_lineage(DE,2026-11,-,1.1,-)"},
        {"/v1/models/m-17/lineage?limit=4", "model_lineage(m-17,-,4,-,-)"},
        {"/v1/datasets/ab12/lineage?cursor=9", "dataset_lineage(ab12,-,9,-)"},
        {"/v1/code-lists", "code_lists_all(-)"},
        {"/v1/logs?workflow=train&cursor=17.4711.0", "log_search(train,-,-,-,-,-,-,-,17.4711.0,-)"},
        {"/v1/logs?cursor=17.9223372036854775807.0", "log_search(-,-,-,-,-,-,-,-,17.9223372036854775807.0,-)"},
        {"/v1/countries/DE/code-lists/3/lineage", "code_list_lineage(DE,3,-,-,-)"},
        {"/v1/objects?prefix=raw/train/&run=3", "objects_page(raw/train/,-,3,-,-,-)"},
        {"/v1/tokens?limit=4", "tokens_page(4,-)"},
        {"/v1/audit?who=anna&since=2026-05-03T00:00:00Z",
         "audit_page(anna,-,-,2026-05-03T00:00:00.000000Z,-,-,-)"},
        {"/v1/predictions?correlation=x", "predictions_of(x,-)"},
    };
    for (const auto& [target, call] : cases) {
        EXPECT_EQ(ask("GET", target).status, 200) << target;
        EXPECT_EQ(last_call(), std::string("read ") + call);
    }
}

TEST_F(Routes, ShortListsArePagedFromTheirWhole) {
    api_.answer_reads(R"({"items":[{"n":1},{"n":2},{"n":3}],"next":null})");
    for (const char* list : {
             "/v1/workflows",
             "/v1/schedules",
             "/v1/winners",
             "/v1/predictions",
             "/v1/countries/DE/leaderboard",
             "/v1/tasks/1/attempts",
         }) {
        const std::string path(list);
        EXPECT_EQ(ask("GET", path).body, R"({"items":[{"n":1},{"n":2},{"n":3}],"next":null})")
            << path;
        EXPECT_EQ(ask("GET", path + "?limit=2").body, R"({"items":[{"n":1},{"n":2}],"next":"2"})")
            << path;
        EXPECT_EQ(ask("GET", path + "?limit=2&cursor=2").body, R"({"items":[{"n":3}],"next":null})")
            << path;
        EXPECT_EQ(
            ask("GET", path + "?limit=1000").body,
            R"({"items":[{"n":1},{"n":2},{"n":3}],"next":null})"
        ) << path;
        EXPECT_EQ(ask("GET", path + "?cursor=9").body, R"({"items":[],"next":null})") << path;
        EXPECT_EQ(ask("GET", path + "?cursor=x").status, 400) << path;
    }
}

TEST_F(Routes, ACursorOfSeveralNumbersIsThatAndNothingElse) {
    for (const char* cursor : {"abc", "1", "1.2", "1.2.x", "1.2.3.4", "1..3", "1.2.", ".1.2", "1.2.3.", "99999999999999999999.1.1", "-1.2.3"}) {
        const auto answer = ask("GET", std::string("/v1/logs?cursor=") + cursor);
        EXPECT_EQ(answer.status, 400) << cursor;
        EXPECT_NE(answer.body.find("must be what an earlier answer gave"), std::string::npos) << answer.body;
    }
}

TEST_F(Routes, TheItemsOfAReportedNumberAreTheModelsAndThenThePeoplesOnes) {
    const auto page = [&](const std::string& query) {
        const auto answer = ask("GET", "/v1/reports/DE/2026-11/lineage/items" + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json_from_text(answer.body).value();
    };
    const Json first = page("?version=2&code=1.1&limit=2");
    ASSERT_EQ(first.at("items").get_array().size(), 1U) << "about b people were asked";
    EXPECT_EQ(first.at("items").at(0), (Json{{"item", "a"}, {"code", "1.1"}, {"probability", 0.875}, {"by", "model"}, {"model", "m-1"}}));
    EXPECT_EQ(first.at("next"), "4") << "two rows of the file";
    EXPECT_EQ(predictions_.asked.object.key, "prediction/infer/3/DE/x");
    EXPECT_EQ(predictions_.asked.code, "1.1");
    page("?version=2&cursor=4");
    EXPECT_EQ(predictions_.asked.after, 2);
    EXPECT_EQ(last_call(), "read lineage_decided(7,-,-,49,0,-)") << "the file ended: what is left of the page is the people's";
    page("?cursor=19&limit=3");
    EXPECT_EQ(last_call(), "read lineage_decided(7,-,-,3,9,-)");
    EXPECT_EQ(ask("GET", "/v1/reports/DE/2026-11/lineage/items?cursor=x").status, 400);
}

TEST_F(Routes, MutationsReachTheEngine) {
    ask("POST", "/v1/runs", R"({"workflow":"train"})");
    struct Case {
        const char* target;
        const char* body;
        int status;
        const char* call;
    };
    const Case cases[] = {
        {"/v1/runs/1/cancel",
         R"({"country":"DE","task":"tune","reason":"wrong data"})",
         202,
         "cancel 1 DE tune wrong data"},
        {"/v1/runs/1/cancel", "", 202, "cancel 1   "},
        {"/v1/runs/77/cancel", "{}", 404, "cancel 77   "},
        {"/v1/runs/1/pause", R"({"country":"DE","mode":"kill","reason":"disk"})", 200, "pause 1 DE   kill disk"},
        {"/v1/runs/1/resume", "", 200, "resume 1    "},
        {"/v1/runs/1/retry", R"({"task":"tune","dry_run":true})", 200, "retry 1  tune   dry"},
        {"/v1/runs/1/skip", R"({"task":"tune","item":"3","reason":"late"})", 200, "skip 1  tune 3 late"},
        {"/v1/runs/1/done", R"({"country":"DE","task":"tune","outputs":{"a":1},"reason":"by hand"})", 200,
         "done 1 DE tune  {\"a\":1} by hand"},
        {"/v1/runs/1/rerun", R"({"country":"DE","task":"tune"})", 200, "rerun 1 DE tune  "},
        {"/v1/runs/77/pause", "{}", 404, "pause 77    "},
        {"/v1/dead-letters/4/redrive", R"({"definition":"newest"})", 202, "redrive 4 newest"},
        {"/v1/dead-letters/4/redrive", "", 202, "redrive 4 pinned"},
        {"/v1/dead-letters/4/redrive", R"({"with":{"holdout":0.3},"dry_run":true})", 202, R"(redrive 4 pinned {"holdout":0.3} dry)"},
        {"/v1/dead-letters/4/discard", R"({"reason":"test item"})", 200, "discard 4 test item"},
        {"/v1/approvals/4/decide", R"({"decision":"approve"})", 200, "decide 4 approve "},
        {"/v1/approvals/4/decide", R"({"decision":"reject","comment":"too few rows","dry_run":true})", 200,
         "decide 4 reject too few rows dry"},
        {"/v1/dead-letters/redrive",
         R"({"fingerprint":"ab12","canary":true,"per_minute":10,"with":{"a":1},"definition":"newest","reason":"mended","dry_run":true})", 202,
         R"(redrive many ||||ab12|0us|0us canary 10 newest {"a":1} mended dry)"},
        {"/v1/dead-letters/redrive", R"({"workflow":"train","task":"tune","country":"DE","failure_class":"data","older_than":"2d"})", 202,
         "redrive many train|tune|DE|data||2d|0us 0 "},
        {"/v1/dead-letters/discard", R"({"all":true,"reason":"a test"})", 202, "discard many |||||0us|0us 0 a test"},
        {"/v1/dead-letter-jobs/9/stop", R"({"reason":"enough"})", 200, "stop job 9 enough"},
        {"/v1/backfills", R"({"workflow":"infer","periods":"2026-01..2026-02","countries":["DE","FR"],"max_parallel":2,"missing_only":true})", 201,
         "backfill infer 2026-01 2026-02 DE FR x2 priority -100 missing"},
        {"/v1/backfills", R"({"workflow":"infer","periods":["2026-03","2026-01"],"priority":0,"dry_run":true})", 200,
         "backfill infer 2026-01 2026-03 x1 priority 0 dry"},
        {"/v1/backfills/5/pause", "", 200, "pause backfill 5"},
        {"/v1/backfills/5/resume", R"({"dry_run":true})", 200, "resume backfill 5 dry"},
        {"/v1/backfills/5/cancel", R"({"runs":true,"reason":"r"})", 200, "cancel backfill 5 runs"},
        {"/v1/workflows/train/retire", R"({"reason":"over","force":true,"dry_run":true})", 200, "retire train over force dry"},
        {"/v1/countries/DE/winner", R"({"model":"m-1","pin":true,"reason":"the audit"})", 200, "winner DE m-1 pin the audit"},
        {"/v1/countries/DE/winner", R"({"reason":"over","dry_run":true})", 200, "winner DE  over dry"},
        {"/v1/pools/country:DE/remove", R"({"reason":"enough"})", 200, "remove pool country:DE none weight 1 enough"},
        {"/v1/schedules/train/monthly/pause", "", 200, "pause train monthly"},
        {"/v1/schedules/train/monthly/resume", "{}", 200, "resume train monthly"},
        {"/v1/schedules/train/monthly/run", "", 201, "tick train monthly"},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(ask("POST", each.target, each.body).status, each.status) << each.target;
        EXPECT_EQ(last_call(), each.call);
    }
    EXPECT_EQ(ask("POST", "/v1/dead-letters/4/discard", "{}").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/4/redrive", R"({"definition":"other"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/approvals/4/decide", "{}").status, 422) << "what is decided?";
    EXPECT_EQ(ask("POST", "/v1/approvals/4/decide", R"({"decision":"reject"})").status, 422) << "why?";
    EXPECT_EQ(ask("POST", "/v1/approvals/4/decide", R"({"decision":"perhaps"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/4/redrive", R"({"with":[1]})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/redrive", "{}").status, 422) << "nothing is selected";
    EXPECT_EQ(ask("POST", "/v1/dead-letters/redrive", R"({"all":true,"task":"tune"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/redrive", R"({"task":"tune","older_than":"soon"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/redrive", R"({"task":"tune","per_minute":0})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/dead-letters/discard", R"({"task":"tune"})").status, 422) << "no reason";
    EXPECT_EQ(ask("POST", "/v1/dead-letters/discard", R"({"task":"tune","dry_run":true})").status, 202) << "to ask what would go needs none";
    EXPECT_EQ(ask("POST", "/v1/backfills", R"({"workflow":"infer"})").status, 422) << "which periods?";
    EXPECT_EQ(ask("POST", "/v1/backfills", R"({"workflow":"infer","periods":"2026-06..2026-01"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/backfills", R"({"workflow":"infer","periods":"2026-01","countries":["de"]})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/backfills", R"({"workflow":"infer","periods":"2026-01","max_parallel":0})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/backfills/5/pause", R"({"runs":true})").status, 422) << "a pause stops no run";
    EXPECT_EQ(ask("POST", "/v1/runs/1/cancel", R"({"country":"de"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/runs/1/pause", R"({"mode":"gently"})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/runs/1/skip", R"({"task":"tune"})").status, 422) << "no reason";
    EXPECT_EQ(ask("POST", "/v1/runs/1/skip", R"({"reason":"r"})").status, 422) << "all of a run";
    EXPECT_EQ(ask("POST", "/v1/runs/1/done", R"({"task":"t","reason":"r","outputs":[1]})").status, 422);
    EXPECT_EQ(ask("POST", "/v1/runs/1/rerun", "{}").status, 422) << "from where?";
    EXPECT_EQ(ask("POST", "/v1/runs/1/pause", R"({"item":"3"})").status, 422) << "a pause knows no items";
    EXPECT_EQ(ask("POST", "/v1/countries/DE/winner", R"({"model":"m-1"})").status, 422) << "why?";
}

TEST_F(Routes, WorkflowIsPutAsYamlAndItsFaultsHavePlaces) {
    EXPECT_EQ(
        ask("PUT", "/v1/workflows/train", "workflow: train\n", "application/yaml").status, 200
    );
    EXPECT_EQ(
        ask("PUT", "/v1/workflows/train", "workflow: train\n", "text/yaml; charset=utf-8").status,
        200
    );
    const Answer answer =
        ask("PUT", "/v1/workflows/train", "workflow: other\n", "application/yaml");
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(pointers(answer), std::vector<std::string>{"1:1"});
    EXPECT_EQ(ask("PUT", "/v1/workflows/train").status, 400);
}

TEST_F(Routes, PoolIsPutWithItsSlotsOrWithoutALimit) {
    EXPECT_EQ(ask("GET", "/v1/pools").status, 200);
    EXPECT_EQ(last_call(), "pools(,-)");
    EXPECT_EQ(ask("GET", "/v1/pools/country:*").status, 200);
    EXPECT_EQ(last_call(), "pools(country:*,-)");
    EXPECT_EQ(ask("PUT", "/v1/pools/warehouse", R"({"slots":2,"reason":"its licence"})").status, 200);
    EXPECT_EQ(last_call(), "set pool warehouse 2 weight 1 its licence");
    EXPECT_EQ(ask("PUT", "/v1/pools/country:DE", R"({"slots":null,"weight":3,"dry_run":true})").status, 200);
    EXPECT_EQ(last_call(), "set pool country:DE none weight 3 dry");
    for (const char* wrong : {"{}", R"({"weight":2})", R"({"slots":-1})", R"({"slots":1.5})", R"({"slots":"2"})", R"({"slots":1000001})", R"({"slots":1,"weight":0})"}) {
        EXPECT_EQ(ask("PUT", "/v1/pools/warehouse", wrong).status, 422) << wrong;
    }
}

TEST_F(Routes, EventIsTakenAsACloudEvent) {
    const std::string event =
        R"({"specversion":"1.0","id":"e1","source":"/shop","type":"order.sent","time":"2026-11-22T10:00:00Z",)"
        R"("datacontenttype":"application/json","data":{"country":"NO"}})";
    const Answer answer = ask("POST", "/v1/events", event, "application/cloudevents+json");
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(last_call(), R"(event e1 /shop order.sent {"country":"NO"})");
    const Answer bad = ask(
        "POST",
        "/v1/events",
        R"({"specversion":"0.3","id":"e1","type":"t","time":"now","datacontenttype":"application/xml","data_base64":"AA=="})",
        "application/cloudevents+json"
    );
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(
        pointers(bad),
        (std::vector<std::string>{
            "/datacontenttype", "/data_base64", "/specversion", "/source", "/time"})
    );
}

TEST_F(Routes, EventMayComeInBinaryModeOrInABatch) {
    const std::string head =
        "ce-specversion: 1.0\r\nce-id: e%C3%A92\r\nce-source: /shop\r\nce-type: \"order.sent\"\r\nce-traceparent: 00-1\r\n";
    EXPECT_EQ(ask("POST", "/v1/events", R"({"country":"NO"})", "application/json", head).status, 202);
    EXPECT_EQ(last_call(), "event e\xc3\xa9""2 /shop order.sent {\"country\":\"NO\"} {\"traceparent\":\"00-1\"}");
    EXPECT_EQ(ask("POST", "/v1/events", "hello", "text/plain", head).status, 202);
    EXPECT_EQ(last_call(), "event e\xc3\xa9""2 /shop order.sent \"hello\" {\"traceparent\":\"00-1\"}");
    EXPECT_EQ(ask("POST", "/v1/events", "hello", "text/plain").status, 415) << "no attributes in the head";
    EXPECT_EQ(ask("POST", "/v1/events", "{", "application/json", head).status, 422);
    EXPECT_EQ(pointers(ask("POST", "/v1/events", "1", "application/json", "ce-specversion: 1.0\r\nce-id: 1\r\nce-Bad_Name: x\r\n")),
              (std::vector<std::string>{"ce-source", "ce-type", "ce-bad_name"}));
    EXPECT_EQ(pointers(ask("POST", "/v1/events", R"({"specversion":"1.0","id":"e7","source":"kontor/train","type":"t"})")),
              std::vector<std::string>{"/source"}) << "the identity of an event that the daemon may be about to emit";
    EXPECT_EQ(pointers(ask("POST", "/v1/events", R"({"specversion":"1.0","id":"replay-7","source":"/s","type":"t"})")),
              std::vector<std::string>{"/id"});
    const std::string one = R"({"specversion":"1.0","id":"1","source":"/s","type":"t","data":1})";
    const std::string two = R"({"specversion":"1.0","id":"2","source":"/s","type":"t","data":2})";
    const Answer batch = ask("POST", "/v1/events", "[" + one + "," + two + "]", "application/cloudevents-batch+json", "Idempotency-Key: k\r\n");
    EXPECT_EQ(batch.status, 202) << batch.body;
    EXPECT_EQ(last_call(), "events 1 1 2 2");
    EXPECT_EQ(api_.last_key().key, "0:k#1");
    const Answer bad = ask("POST", "/v1/events", "[" + one + R"(,{"id":"3"}])", "application/cloudevents-batch+json");
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(pointers(bad), (std::vector<std::string>{"/1/specversion", "/1/source", "/1/type"}));
}

TEST_F(Routes, SchedulesArePreviewedAndEventsExplainedAndReplayed) {
    EXPECT_EQ(ask("GET", "/v1/schedules/train/monthly/preview?count=3&zones=UTC,Asia/Tokyo").status, 200);
    EXPECT_EQ(last_call(), "preview train/monthly ''  3 UTC Asia/Tokyo");
    EXPECT_EQ(ask("GET", "/v1/schedules/preview?cron=0%202%20L%20*%20*&timezone=Europe/Oslo").status, 200);
    EXPECT_EQ(last_call(), "preview / '0 2 L * *' Europe/Oslo 10");
    EXPECT_EQ(ask("GET", "/v1/schedules/preview?cron=x&gap=middle&count=0").status, 400);
    EXPECT_EQ(ask("GET", "/v1/events/7/explain").status, 200);
    EXPECT_EQ(last_call(), "explain 7");
    EXPECT_EQ(ask("POST", "/v1/events/7/replay", R"({"workflow":"w","dry_run":true})").status, 202);
    EXPECT_EQ(last_call(), "replay 7  to w/ dry");
    EXPECT_EQ(ask("POST", "/v1/events/replay", R"({"events":[7,8]})").status, 202);
    EXPECT_EQ(last_call(), "replay 7 8  to /");
    EXPECT_EQ(ask("POST", "/v1/events/replay", "{}").status, 422);
    EXPECT_EQ(ask("POST", "/v1/events/replay", R"({"events":[0]})").status, 422);
}

TEST_F(Routes, IdempotencyKeyIsHandedOnWithAFingerprintOfMeaning) {
    const std::string key = "Idempotency-Key: order-1\r\n";
    const Answer first =
        ask("POST", "/v1/runs", R"({"workflow":"train","priority":1})", "application/json", key);
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(api_.last_key().key, "0:order-1") << "keys are each token's own";
    EXPECT_EQ(api_.last_key().fingerprint.size(), 64U);
    const Answer again =
        ask("POST", "/v1/runs", R"({ "priority": 1, "workflow": "train" })", "application/json", key
        );
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    const Answer other =
        ask("POST", "/v1/runs", R"({"workflow":"infer"})", "application/json", key);
    EXPECT_EQ(other.status, 422);
    for (const std::string& bad :
         std::vector<std::string>{"", "a b", std::string(256, 'k'), "caf\xc3\xa9"}) {
        EXPECT_EQ(
            ask("POST",
                "/v1/runs",
                R"({"workflow":"train"})",
                "application/json",
                "Idempotency-Key: " + bad + "\r\n")
                .status,
            400
        );
    }
    EXPECT_EQ(
        ask("POST", "/v1/runs", R"({"workflow":"train"})", "application/json", key + key).status,
        400
    );
}

TEST_F(Routes, ABackfillIsShownWithWhatItsPeriodsWaitFor) {
    api_.answer_reads(
        R"({"id":5,"state":"running","max_parallel":1,"note":"","periods":[{"period":"2026-01","state":"running","run":7,"reason":""},)"
        R"({"period":"2026-02","state":"waiting","run":null,"reason":""}]})"
    );
    const auto shown = ask("GET", "/v1/backfills/5");
    EXPECT_EQ(shown.status, 200);
    EXPECT_NE(shown.body.find("waits for one of 1 places, held by run 7 (2026-01); 0 wait before it"), std::string::npos) << shown.body;
}

TEST_F(Routes, PartitionsAreListedByACursorOfTheirOwn) {
    EXPECT_EQ(ask("GET", "/v1/partitions?workflow=infer&country=DE&period=2026-01&state=missing&limit=5&cursor=infer/2026-01/DE").status, 200);
    EXPECT_EQ(last_call(), "read partitions_page(infer,DE,2026-01,missing,5,infer/2026-01/DE,-)");
    EXPECT_EQ(ask("GET", "/v1/partitions?cursor=7").status, 400);
    EXPECT_EQ(ask("GET", "/v1/partitions?state=stale").status, 400);
}

TEST_F(Routes, EveryMutationHandsItsIdempotencyKeyOn) {
    const std::vector<std::array<std::string, 3>> mutations{
        {"POST", "/v1/runs/1/cancel", R"({"reason":"enough"})"},
        {"POST", "/v1/runs/1/pause", "{}"},
        {"POST", "/v1/runs/1/skip", R"({"task":"tune","reason":"late"})"},
        {"POST", "/v1/dead-letters/7/redrive", R"({"definition":"newest"})"},
        {"POST", "/v1/dead-letters/7/discard", R"({"reason":"a test"})"},
        {"POST", "/v1/approvals/7/decide", R"({"decision":"approve"})"},
        {"POST", "/v1/backfills", R"({"workflow":"infer","periods":"2026-01"})"},
        {"POST", "/v1/backfills/7/cancel", "{}"},
        {"PUT", "/v1/workflows/train", "workflow: train\n"},
        {"POST", "/v1/schedules/train/monthly/pause", "{}"},
        {"POST", "/v1/schedules/train/monthly/resume", "{}"},
        {"POST", "/v1/schedules/train/monthly/run", "{}"},
        {"POST", "/v1/events/7/replay", "{}"},
        {"POST", "/v1/events/replay", R"({"type":"t"})"},
        {"POST", "/v1/tokens", R"({"name":"anna","countries":"all"})"},
        {"POST", "/v1/tokens/1/revoke", "{}"},
        {"POST", "/v1/keys/rotate", "{}"},
        {"POST", "/v1/events", R"({"specversion":"1.0","id":"a","source":"/t","type":"t","data":{}})"},
    };
    for (const auto& [method, path, body] : mutations) {
        const std::string key = "key-of-" + path;
        ask(method, path, body, method == "PUT" ? "application/yaml" : "application/json", "Idempotency-Key: " + key + "\r\n");
        EXPECT_EQ(api_.last_key().key, "0:" + key);
        EXPECT_EQ(api_.last_key().fingerprint.size(), 64U) << path;
    }
}

TEST_F(Routes, ErrorKindsDecideTheStatusAndInternalsStayInside) {
    const std::pair<ErrorKind, int> kinds[] = {
        {ErrorKind::Invalid, 422},
        {ErrorKind::NotFound, 404},
        {ErrorKind::Conflict, 409},
        {ErrorKind::Unavailable, 503},
        {ErrorKind::Timeout, 504},
        {ErrorKind::InDoubt, 503},
        {ErrorKind::Cancelled, 503},
        {ErrorKind::Internal, 500},
    };
    for (const auto& [kind, status] : kinds) {
        api_.fail_reads(Error{kind, "store.read", "the password is hunter2", {}});
        const Answer answer = ask("GET", "/v1/runs");
        EXPECT_EQ(answer.status, status);
        pointers(answer);
        EXPECT_EQ(answer.body.find("store.read"), std::string::npos);
        EXPECT_EQ(answer.field("Retry-After"), status == 503 ? "1" : "");
        if (kind == ErrorKind::Internal) {
            EXPECT_EQ(answer.body.find("hunter2"), std::string::npos);
        }
    }
}

TEST_F(Routes, NothingFoundIs404) {
    const Answer answer = ask("GET", "/v1/runs/5");
    EXPECT_EQ(answer.status, 404);
    pointers(answer);
}

TEST_F(Routes, StatusShowsEngineAndServer) {
    const auto status = json_from_text(ask("GET", "/v1/status").body);
    ASSERT_TRUE(status);
    EXPECT_EQ(text_member(*status, "version"), "0.0.1-test");
    EXPECT_EQ(text_member(*status, "database"), "embedded");
    EXPECT_TRUE(instant_from_iso(text_member(*status, "started_at")));
    EXPECT_EQ(member(*status, "seq")->get_int64(), 100);
}

TEST_F(Routes, HealthAndReadinessNeedNoToken) {
    RawClient client(server_->port());
    client.send(request_text("GET", "/healthz", "") + request_text("GET", "/readyz", ""));
    EXPECT_EQ(client.answer().status, 200);
    EXPECT_EQ(client.answer().status, 200);
    api_.set_ready(false);
    client.send(request_text("GET", "/readyz", "") + request_text("GET", "/healthz", ""));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.field("Retry-After"), "1");
    EXPECT_EQ(client.answer().status, 200);
}

TEST_F(Routes, HeadIsGetWithoutItsBody) {
    const Answer get = ask("GET", "/v1/runs");
    const Answer head = ask("HEAD", "/v1/runs");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("Content-Length"), std::to_string(get.body.size()));
}

TEST_F(Routes, PipelinedRequestsAreAnsweredInOrderOnOneConnection) {
    RawClient client(server_->port());
    std::string all;
    for (int i = 0; i < 200; ++i) {
        all += i % 2 == 0 ? request_text("GET", "/v1/workflows/w" + std::to_string(i), token)
                          : request_text("POST", "/v1/runs", token, R"({"workflow":"train"})");
    }
    client.send(all);
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(client.answer().status, i % 2 == 0 ? 200 : 201) << i;
    }
    EXPECT_EQ(api_.calls().size(), 200U);
    EXPECT_EQ(api_.calls().at(198), "read workflow_one(w198)");
}

TEST_F(Routes, ClientThatAsksForCloseGetsIt) {
    RawClient client(server_->port());
    client.send(request_text("GET", "/healthz", "", {}, {}, "Connection: keep-alive, Close\r\n"));
    EXPECT_EQ(client.answer().field("Connection"), "close");
    EXPECT_TRUE(client.closed_within(std::chrono::seconds(10)));
    RawClient old(server_->port());
    old.send("GET /healthz HTTP/1.0\r\nHost: a\r\n\r\n");
    EXPECT_EQ(old.answer().status, 200);
    EXPECT_TRUE(old.closed_within(std::chrono::seconds(10)));
}

TEST_F(Routes, MetricsCountWhatWasAnswered) {
    ask("GET", "/v1/runs/5");
    ask("GET", "/v1/runs/6");
    const Answer answer = ask("GET", "/metrics");
    EXPECT_EQ(answer.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE(answer.body.find("kontor_commits_total 3\n"), std::string::npos);
    EXPECT_NE(
        answer.body.find(
            R"(kontor_http_requests_total{method="GET",route="/v1/runs/{id}",status="404"} 2)"
        ),
        std::string::npos
    );
    EXPECT_NE(
        answer.body.find(R"(kontor_http_request_duration_seconds_count{route="/v1/runs/{id}"} 2)"),
        std::string::npos
    );
}

TEST_F(Routes, DescriptionIsServed) {
    const Answer answer = ask("GET", "/v1/openapi.yaml");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.substr(0, 14), "openapi: 3.1.0");
}

TEST_F(Routes, DashboardIsPublicAndKeepsToItself) {
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n");
    const Answer page = client.answer();
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type").substr(0, 9), "text/html");
    EXPECT_NE(
        page.field("Content-Security-Policy").find("frame-ancestors 'none'"), std::string::npos
    );
    EXPECT_EQ(page.field("Content-Security-Policy").find("unsafe"), std::string::npos);
    EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(page.field("Cache-Control"), "no-cache");
    client.send(
        "GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nIf-None-Match: " +
        std::string(page.field("ETag")) + "\r\n\r\n"
    );
    EXPECT_EQ(client.answer().status, 304);
    client.send("GET /campaigns/2026-11 HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*;q=0.8\r\n\r\n"
    );
    EXPECT_EQ(client.answer().body, page.body);
    client.send("GET /campaigns/2026-11 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n");
    EXPECT_EQ(client.answer().status, 404);
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(client.answer().status, 405);
}

TEST_F(Routes, AClaimBringsTheItemsTextsAndSaysOnTheRecordWhoOpenedThem) {
    start();
    api_.answer_reads(R"({"id":1,"country":"DE"})");
    const Answer claimed = ask("POST", "/v1/reviews/claim", R"({"country":"DE","period":"2026-11","limit":5,"reason":"daily"})");
    ASSERT_EQ(claimed.status, 200) << claimed.body;
    EXPECT_EQ(claimed.body, R"({"items":[{"id":1,"country":"DE","columns":{"title":"a kettle"}}]})");
    EXPECT_EQ(reviews_.claims.back().take, 5);
    EXPECT_EQ(reviews_.claims.back().countries, "DE");
    EXPECT_EQ(reviews_.claims.back().period, "2026-11");
    EXPECT_EQ(api_.last_command().audit.route, "POST /v1/reviews/claim");
    EXPECT_EQ(api_.last_command().audit.reason, "daily");
    EXPECT_EQ(ask("GET", "/v1/reviews/1/item").body, R"({"id":1,"item":{"title":"a kettle"}})");
    EXPECT_EQ(api_.last_command().audit.route, "GET /v1/reviews/{id}/item");
    EXPECT_EQ(ask("POST", "/v1/reviews/claim", R"({"limit":51})").status, 422);
}

TEST_F(Routes, AReviewIsDecidedByOneVerdictWithACodeOnlyWhereItBelongs) {
    start();
    api_.answer_reads(R"({"id":1,"country":"DE"})");
    EXPECT_EQ(ask("POST", "/v1/reviews/1/decide", R"({"code":"2.1","reason":"seen"})").status, 200);
    EXPECT_NE(reviews_.said.back().find("code 2.1 of 1 because seen"), std::string::npos) << reviews_.said.back();
    EXPECT_EQ(ask("POST", "/v1/reviews/1/decide", R"({"verdict":"cannot_say"})").status, 200);
    EXPECT_EQ(ask("POST", "/v1/reviews/1/decide", R"({"verdict":"skip"})").status, 200);
    EXPECT_NE(reviews_.said.back().find("skips 1"), std::string::npos);
    EXPECT_EQ(ask("POST", "/v1/reviews/1/undo", "{}").status, 200);
    const std::size_t said = reviews_.said.size();
    for (const char* body : {"{}", R"({"verdict":"code"})", R"({"verdict":"skip","code":"1"})", R"({"verdict":"maybe"})", R"({"codes":"1"})"}) {
        EXPECT_EQ(ask("POST", "/v1/reviews/1/decide", body).status, 422) << body;
    }
    EXPECT_EQ(reviews_.said.size(), said);
}

}  // namespace
}  // namespace kontor::http_test

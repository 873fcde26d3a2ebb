// Tokens, the record, and how far a caller's countries reach.
#include "unit/engine/room.hpp"

namespace kontor::engine::testing {
namespace {

Command noted(Room& /*room*/, const std::string& who, IdempotencyKey key = {}) {
    Command command = Room::as(who, std::move(key));
    command.audit = {"POST /v1/x", "/v1/x", "DE", false, "because"};
    return command;
}

CreateTokenRequest a_token(Room& room, const std::string& name, IdempotencyKey key = {}) {
    CreateTokenRequest request{noted(room, "root", std::move(key)), name, std::string(64, 'a' + static_cast<char>(room.store.tokens.size())),
                               Role::Operator, Countries::of({"DE"}), std::nullopt};
    return request;
}

// One task per country of params.countries.
std::shared_ptr<core::dag::Workflow> by_country(Room& room, const std::string& name) {
    auto made = room.flow(name, {task("a")});
    made->partition_key = "country";
    made->partition_over = value_of(Json("${{ params.countries }}"));
    made->tasks[0].per_country = true;
    return made;
}

Submission for_countries(const std::string& workflow, JsonArray countries, Countries allowed) {
    Submission wanted;
    wanted.by = {"anna", Role::Operator, std::move(allowed), 7};
    wanted.workflow = workflow;
    wanted.params = JsonObject{{"countries", std::move(countries)}};
    return wanted;
}

TEST(Record, EveryCommandThatIsCarriedOutIsOnItInTheSameBatch) {
    Room room;
    room.deploy(room.flow("w", {task("a")}));
    Submission wanted;
    static_cast<Command&>(wanted) = noted(room, "anna", {"k", "same"});
    wanted.workflow = "w";
    room.store.unavailable = 1;
    Result<Reply> answer = internal("test", "not yet");
    room.cycle->add(SubmitInput{wanted, [&](Result<Reply> given) { answer = std::move(given); }});
    EXPECT_FALSE(room.cycle->step(room.now));
    EXPECT_TRUE(room.store.audit.empty());
    EXPECT_TRUE(room.store.runs.empty());
    room.store.unavailable = 0;
    room.step();
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->on_record);
    ASSERT_EQ(room.store.audit.size(), 1U);
    const ports::AuditRow row = room.store.audit.back();
    EXPECT_EQ(row.who, "anna");
    EXPECT_EQ(row.role, "admin");
    EXPECT_EQ(row.reason, "because");
    EXPECT_EQ(row.status, 201);
    EXPECT_EQ(row.resource, "/v1/runs/" + std::to_string(Room::number(*answer, "id")));
    EXPECT_EQ(row.correlation, room.store.runs.begin()->second.correlation);
    EXPECT_EQ(text_member(room.store.runs.begin()->second.cause, "by"), "anna");
    // The same again is answered from the first, and was done once.
    const Result<Reply> again = room.ask<SubmitInput>(wanted);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->on_record);
    EXPECT_EQ(room.store.audit.size(), 1U);
}

TEST(Record, WhatWasRefusedIsAddedAsItIsTold) {
    Room room;
    room.cycle->add(RecordInput{{ports::AuditRow{room.now, "eve", "viewer", "POST /v1/runs", "/v1/runs", "", false, "", 403, ""}}, {}});
    room.step();
    ASSERT_EQ(room.store.audit.size(), 1U);
    EXPECT_EQ(room.store.audit[0].status, 403);
}

TEST(Tokens, AreMadeOnceUnderTheirNameAndGoneWhenRevoked) {
    Room room;
    const Result<Reply> made = room.ask<CreateTokenInput>(a_token(room, "ci", {"k", "same"}));
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ(made->status, 201);
    EXPECT_EQ(made->body.find(std::string(64, 'a')), std::string::npos) << "the hash is not shown whole";
    ASSERT_EQ(room.store.tokens.size(), 1U);
    EXPECT_EQ(room.store.tokens.begin()->second.created_by, "root");
    room.boot();
    EXPECT_EQ(room.ask<CreateTokenInput>(a_token(room, "ci", {"k", "same"}))->body, made->body);
    EXPECT_EQ(room.ask<CreateTokenInput>(a_token(room, "ci")).error().kind, ErrorKind::Conflict);
    EXPECT_EQ(room.ask<CreateTokenInput>(a_token(room, "admin")).error().kind, ErrorKind::Conflict);
    CreateTokenRequest late = a_token(room, "late");
    late.expires_at = room.now;
    EXPECT_EQ(room.ask<CreateTokenInput>(late).error().kind, ErrorKind::Invalid);

    const std::int64_t id = Room::number(*made, "id");
    ASSERT_TRUE(room.ask<RevokeTokenInput>(RevokeTokenRequest{noted(room, "root"), id}));
    EXPECT_EQ(room.store.tokens.at(id).revoked_at, room.now);
    EXPECT_EQ(room.ask<RevokeTokenInput>(RevokeTokenRequest{noted(room, "root"), id}).error().kind, ErrorKind::NotFound);
    EXPECT_TRUE(room.ask<CreateTokenInput>(a_token(room, "ci"))) << "its name is free again";
    EXPECT_EQ(room.store.audit.size(), 3U);
}

TEST(Scope, ARunReachesNoFurtherThanItsStarter) {
    Room room;
    room.deploy(room.flow("whole", {task("a")}));
    room.deploy(by_country(room, "train"));
    const Countries mine = Countries::of({"DE", "FR"});
    const Result<Reply> run = room.ask<SubmitInput>(for_countries("train", {"DE"}, mine));
    ASSERT_TRUE(run) << describe(run.error());
    EXPECT_EQ(room.started(), (std::vector<std::string>{"a/DE"}));
    EXPECT_EQ(room.store.runs.at(Room::number(*run, "id")).countries, Json(JsonArray{"DE"}));
    EXPECT_EQ(room.ask<SubmitInput>(for_countries("train", {"DE", "IT"}, mine)).error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(room.ask<SubmitInput>(for_countries("train", {"DE"}, {})).error().kind, ErrorKind::Forbidden);
    const Result<Reply> whole = room.ask<SubmitInput>(for_countries("whole", {"DE"}, mine));
    EXPECT_EQ(whole.error().kind, ErrorKind::Forbidden);
    EXPECT_NE(whole.error().message.find("not divided by country"), std::string::npos) << whole.error().message;
}

TEST(Scope, WhatParametersHideShowsWhenThePartitionIsFoundAlsoAfterARestart) {
    Room room;
    auto made = room.flow("train", {task("find"), task("a", {0})});
    made->partition_key = "country";
    made->partition_over = value_of(Json("${{ tasks.find.outputs.countries }}"));
    made->partition_needs = {0};
    made->tasks[1].per_country = true;
    room.deploy(made);
    const Result<Reply> all = room.ask<SubmitInput>(for_countries("train", {}, Countries::of({"DE"})));
    ASSERT_FALSE(all) << "without a list the task would find every country";
    EXPECT_EQ(all.error().kind, ErrorKind::Forbidden);
    const Result<Reply> run = room.ask<SubmitInput>(for_countries("train", {"DE"}, Countries::of({"DE"})));
    ASSERT_TRUE(run) << describe(run.error());
    const ports::RunId id = Room::number(*run, "id");
    room.boot();
    room.step(std::chrono::minutes(10));  // the lost attempt is tried again
    room.end(sdk::Succeeded{JsonObject{{"countries", JsonArray{"DE", "IT"}}}, {}});
    EXPECT_EQ(room.state(id), "failed");
    EXPECT_NE(room.store.runs.at(id).reason.find("beyond the countries"), std::string::npos) << room.store.runs.at(id).reason;
    EXPECT_TRUE(room.started().empty());
}

TEST(Scope, EventsAreGatheredApartByWhatTheirSendersMayAlsoAfterARestart) {
    Room room;
    auto made = by_country(room, "train");
    core::dag::Trigger trigger;
    trigger.name = "t";
    trigger.event = "order";
    trigger.params = value_of(JsonObject{{"countries", JsonArray{"${{ batch.data[0].country }}", "${{ batch.data[1].country }}"}}});
    trigger.collect = {core::dag::Collect::Batch, 2, std::chrono::minutes(5), Duration(0), {}};
    made->triggers = {std::move(trigger)};
    room.deploy(made);
    const auto post = [&room](const std::string& id, const char* country, Countries allowed) {
        PostedEvent event;
        event.by = {"anna", Role::Operator, std::move(allowed), 7};
        event.ce_id = id;
        event.source = "/test";
        event.type = "order";
        event.data = JsonObject{{"country", country}};
        ASSERT_TRUE(room.ask<EventInput>(std::move(event)));
    };
    post("1", "DE", Countries::of({"DE", "FR"}));
    room.boot();
    post("2", "FR", Countries::of({"FR", "IT"}));
    post("3", "FR", Countries::all());
    EXPECT_TRUE(room.store.runs.empty()) << "who sent the second may not work for DE, and who sent the third for all";
    post("4", "FR", Countries::of({"DE", "FR"}));
    ASSERT_EQ(room.store.runs.size(), 1U);
    EXPECT_EQ(room.store.runs.begin()->second.countries, Json(JsonArray({"DE", "FR"})));
    EXPECT_EQ(text_member(room.store.runs.begin()->second.cause, "by"), "anna");
    post("5", "DE", Countries::of({"FR", "IT"}));
    EXPECT_EQ(room.store.runs.size(), 1U);
    ASSERT_EQ(room.store.letters.size(), 1U) << "DE is beyond their sender";
    EXPECT_NE(room.store.letters.begin()->second.row.reason.find("beyond the countries"), std::string::npos);
    post("6", "DE", Countries::all());
    EXPECT_EQ(room.store.runs.size(), 2U);

    // As a letter from before they were gathered apart: its first event's sender might do everything.
    for (auto& [id, event] : room.store.events) {
        event.countries = event.ce_id == "2" ? Json() : event.countries;
    }
    const auto redrive = [&] { return room.ask<RedriveInput>(RedriveRequest{Room::as("berta"), room.open_letter(), false}); };
    const auto kept = room.store.events;
    std::erase_if(room.store.events, [](const auto& entry) { return entry.second.ce_id == "2"; });
    const Result<Reply> part = redrive();
    EXPECT_EQ(part.error().kind, ErrorKind::Conflict);
    EXPECT_NE(part.error().message.find("only 1 are still kept"), std::string::npos) << part.error().message;
    room.store.events = kept;
    const Result<Reply> again = redrive();
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(room.store.runs.size(), 2U) << "what they have in common counts";
}

TEST(Scope, ARedriveWithTheNewestDefinitionAsksForAllCountriesOfTheRun) {
    Room room;
    room.deploy(by_country(room, "train"));
    const Result<Reply> run = room.ask<SubmitInput>(for_countries("train", {"DE", "FR"}, Countries::all()));
    ASSERT_TRUE(run) << describe(run.error());
    const ports::RunId id = Room::number(*run, "id");
    while (room.state(id) == "running") {
        room.end(sdk::Failed{sdk::FailureClass::Config, "broken"});
    }
    ASSERT_EQ(room.state(id), "failed");
    room.deploy(by_country(room, "train"), "2");
    const auto redrive = [&room](bool newest) {
        const Caller german{"anna", Role::Operator, Countries::of({"DE"}), 7};
        return room.ask<RedriveInput>(RedriveRequest{{german, {}, {}}, room.open_letter(), newest});
    };
    EXPECT_EQ(redrive(true).error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(room.store.runs.at(id).hash, "hash-train 1");
    EXPECT_TRUE(redrive(false));
}

TEST(Scope, WhoMayWorkForSomeCountriesReplacesNoRun) {
    Room room;
    auto made = by_country(room, "train");
    made->concurrency = {"train", 1, core::dag::OnConflict::Replace};
    room.deploy(made);
    const Countries mine = Countries::of({"DE"});
    const Result<Reply> others = room.ask<SubmitInput>(for_countries("train", {"FR"}, Countries::all()));
    ASSERT_TRUE(others);
    EXPECT_EQ(room.ask<SubmitInput>(for_countries("train", {"DE"}, mine)).error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(room.state(Room::number(*others, "id")), "running");
    EXPECT_TRUE(room.ask<SubmitInput>(for_countries("train", {"DE"}, Countries::all())));
}

}  // namespace
}  // namespace kontor::engine::testing

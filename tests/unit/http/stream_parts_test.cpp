#include "base/json.hpp"
#include "http/stream/change_merge.hpp"
#include "http/stream/change_ring.hpp"
#include "http/stream/client_queue.hpp"

#include <gtest/gtest.h>

namespace kontor::http {
namespace {

ChangePtr change(
    ports::Epoch epoch,
    ports::Seq seq,
    JsonArray tasks = {},
    JsonArray progress = {},
    JsonArray runs = {}
) {
    auto made = std::make_shared<engine::Change>();
    made->epoch = epoch;
    made->seq = seq;
    made->data = JsonObject{
        {"seq", seq},
        {"at", "t" + std::to_string(seq)},
        {"runs", runs},
        {"tasks", tasks},
        {"progress", progress}};
    return made;
}

Json task(std::int64_t id, std::int64_t run, const char* state, const char* correlation) {
    return JsonObject{{"id", id}, {"run", run}, {"state", state}, {"correlation", correlation}};
}

// Seen by somebody who may see every country.
StreamFilter all_of(StreamFilter filter) {
    filter.countries = Countries::all();
    return filter;
}

TEST(Position, IsReadStrictly) {
    EXPECT_EQ(position_from_text("3-17"), (StreamPosition{3, 17}));
    EXPECT_EQ(position_text({3, 17}), "3-17");
    for (const char* text :
         {"", "3", "3-", "-3", "3-x", "3-1-2", " 3-1", "3--1", "99999999999999999999-1"}) {
        EXPECT_FALSE(position_from_text(text)) << text;
    }
}

TEST(ChangeRing, TheFirstChangeOfAllIsNoLoss) {
    ChangeRing fresh({10, 1'000'000}, {});
    EXPECT_TRUE(fresh.push(change(3, 41)));
    EXPECT_FALSE(fresh.push(change(4, 1)));
    ChangeRing known({10, 1'000'000}, {3, 40});
    EXPECT_TRUE(known.push(change(3, 41)));
}

TEST(ChangeMerge, KeepsTheLastWordAboutEachTask) {
    ChangeMerge merge;
    merge.add(change(1, 5, {task(1, 1, "running", "c"), task(2, 1, "running", "c")}));
    merge.add(change(1, 6, {task(1, 1, "succeeded", "c")}));
    EXPECT_EQ(
        merge.message(all_of({}), {}),
        "event: change\nid: 1-6\ndata: {\"seq\":6,\"at\":\"t6\",\"runs\":[],\"tasks\":["
        "{\"id\":1,\"run\":1,\"state\":\"succeeded\",\"correlation\":\"c\"},"
        "{\"id\":2,\"run\":1,\"state\":\"running\",\"correlation\":\"c\"}],\"progress\":[]}\n\n"
    );
}

TEST(ChangeMerge, SendsNothingWhenNothingPassesTheFilter) {
    ChangeMerge merge;
    merge.add(change(
        1, 5, {task(1, 1, "running", "c")}, {}, {JsonObject{{"id", 1}, {"correlation", "c"}}}
    ));
    EXPECT_EQ(merge.message(all_of({"other", {}}), {}), "");
    EXPECT_EQ(merge.message(all_of({"", 2}), {}), "");
    EXPECT_EQ(merge.message(all_of({"c", 2}), {}), "");
    EXPECT_NE(merge.message(all_of({"c", 1}), {}), "");
}

TEST(ChangeMerge, ProgressFollowsItsTasksOwner) {
    TaskOwners owners;
    owners.learn(*change(1, 4, {task(1, 7, "running", "c")}));
    ChangeMerge merge;
    merge.add(change(1, 5, {}, {JsonObject{{"id", 1}, {"fraction", 0.5}}}));
    EXPECT_NE(merge.message(all_of({"c", {}}), owners), "");
    EXPECT_EQ(merge.message(all_of({"other", {}}), owners), "");
    EXPECT_EQ(merge.message(all_of({"", 8}), owners), "");
    owners.learn(*change(1, 6, {task(1, 7, "succeeded", "c")}));
    EXPECT_EQ(owners.find(1), nullptr);
}

TEST(ChangeMerge, ShowsOnlyTheCountriesOfItsReader) {
    const auto of = [](std::int64_t id, const char* country) {
        return Json(JsonObject{{"id", id}, {"run", 1}, {"country", country}, {"state", "running"}});
    };
    const auto seen = change(1, 4, {of(1, "DE"), of(2, "FR"), of(3, "")});
    TaskOwners owners;
    owners.learn(*seen);
    ChangeMerge merge;
    merge.add(seen);
    merge.add(change(
        1,
        5,
        {},
        {JsonObject{{"id", 1}, {"text", "mine"}},
         JsonObject{{"id", 2}, {"text", "theirs"}},
         JsonObject{{"id", 9}, {"text", "whose"}}},
        {JsonObject{{"id", 1}, {"countries", JsonArray{"DE", "FR"}}},
         JsonObject{{"id", 2}, {"countries", JsonArray{"FR"}}},
         JsonObject{{"id", 3}, {"countries", nullptr}}}
    ));
    StreamFilter german;
    german.countries = Countries::of({"DE"});
    EXPECT_EQ(
        merge.message(german, owners),
        "event: change\nid: 1-5\ndata: {\"seq\":5,\"at\":\"t5\",\"runs\":[{\"id\":1,\"countries\":"
        "[\"DE\"]}],\"tasks\":[{\"id\":1,\"run\":1,\"country\":\"DE\",\"state\":\"running\"}],"
        "\"progress\":[{\"id\":1,\"text\":\"mine\"}]}\n\n"
    );
    EXPECT_EQ(merge.message({}, owners), "") << "nobody's filter shows nothing";
}

TEST(ChangeMerge, LineBreaksInReasonsStayInsideTheirMessage) {
    ChangeMerge merge;
    merge.add(change(1, 5, {JsonObject{{"id", 1}, {"reason", "a\n\nevent: resync\ndata: x"}}}));
    const std::string message = merge.message(all_of({}), {});
    EXPECT_EQ(message.find("\n\n"), message.size() - 2);
}

TEST(ChangeRing, ReplaysWhatCameAfterAPosition) {
    ChangeRing ring({10, 1'000'000}, {1, 100});
    EXPECT_TRUE(ring.after({1, 100})->empty());
    for (ports::Seq seq = 101; seq <= 105; ++seq) {
        EXPECT_TRUE(ring.push(change(1, seq)));
    }
    EXPECT_EQ(ring.after({1, 100})->size(), 5U);
    EXPECT_EQ(ring.after({1, 103})->front()->seq, 104);
    EXPECT_TRUE(ring.after({1, 105})->empty());
    EXPECT_FALSE(ring.after({1, 99}));
    EXPECT_FALSE(ring.after({1, 106}));
    EXPECT_FALSE(ring.after({0, 103}));
    EXPECT_FALSE(ring.after({2, 103}));
}

TEST(ChangeRing, CommitsWithoutVisibleChangesAreNoGap) {
    ChangeRing ring({10, 1'000'000}, {1, 100});
    ring.push(change(1, 103));
    ring.push(change(1, 109));
    EXPECT_EQ(ring.after({1, 105})->size(), 1U);
}

TEST(ChangeRing, ForgetsTheOldestByCountAndByBytes) {
    ChangeRing by_count({3, 1'000'000}, {1, 0});
    for (ports::Seq seq = 1; seq <= 5; ++seq) {
        by_count.push(change(1, seq));
    }
    EXPECT_FALSE(by_count.after({1, 1}));
    EXPECT_EQ(by_count.after({1, 2})->size(), 3U);
    ChangeRing by_bytes({1000, 20'000}, {1, 0});
    JsonArray tasks;
    for (int i = 0; i < 10; ++i) {
        tasks.push_back(task(i, 1, "running", "c"));
    }
    for (ports::Seq seq = 1; seq <= 5; ++seq) {
        by_bytes.push(change(1, seq, tasks));
    }
    EXPECT_FALSE(by_bytes.after({1, 0}));
    EXPECT_EQ(by_bytes.after({1, 4})->size(), 1U);
}

TEST(ChangeRing, AnotherEpochStartsAnew) {
    ChangeRing ring({10, 1'000'000}, {1, 100});
    ring.push(change(1, 101));
    EXPECT_FALSE(ring.push(change(3, 140)));
    EXPECT_FALSE(ring.after({1, 101}));
    EXPECT_EQ(ring.after({3, 139})->size(), 1U);
    EXPECT_EQ(ring.last(), (StreamPosition{3, 140}));
}

Message message(std::size_t bytes) { return std::make_shared<const std::string>(bytes, 'm'); }

TEST(ClientQueue, DropsEverythingOnceFullAndOwesAResync) {
    ClientQueue queue(100);
    const Moment start = std::chrono::steady_clock::now();
    queue.offer(message(60));
    queue.offer(message(40));
    EXPECT_FALSE(queue.lost());
    queue.offer(message(1));
    EXPECT_TRUE(queue.lost());
    EXPECT_TRUE(queue.idle());
    EXPECT_TRUE(queue.resync_due(start));
    queue.offer(message(1));
    EXPECT_TRUE(queue.idle()) << "before the notice nothing makes sense to the client";
    queue.resynced(message(10), start);
    EXPECT_EQ(queue.take()->size(), 10U);
    queue.offer(message(100));
    EXPECT_EQ(queue.take()->size(), 100U);
    EXPECT_EQ(queue.take(), nullptr);
}

TEST(ClientQueue, ResyncsKeepTheirDistance) {
    ClientQueue queue(10);
    const Moment start = std::chrono::steady_clock::now();
    queue.lose();
    queue.resynced(message(1), start);
    queue.lose();
    EXPECT_FALSE(queue.resync_due(start + ClientQueue::resync_pause / 2));
    EXPECT_TRUE(queue.resync_due(start + ClientQueue::resync_pause));
}

TEST(ClientQueue, MessageLargerThanTheQueueIsALoss) {
    ClientQueue queue(10);
    queue.offer(message(11));
    EXPECT_TRUE(queue.lost());
}

}  // namespace
}  // namespace kontor::http

#include "objects/local_objects.hpp"

#include <sys/stat.h>

#include <set>
#include <thread>

#include "base/sha256.hpp"
#include "store_room.hpp"

namespace kontor::objects {
namespace {

using sdk::FailureClass;

class LocalObjectsTest : public StoreRoom {};

TEST_F(LocalObjectsTest, WhatIsWrittenIsReadBackAtEveryEdgeOfAPiece) {
    int n = 0;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, piece_bytes - 1, piece_bytes, piece_bytes + 1, 2 * piece_bytes, 3 * piece_bytes + 77}) {
        const std::string plain = plain_text(size);
        const sdk::ObjectRef ref = put(plain, "rows" + std::to_string(n++));
        EXPECT_EQ(ref.bytes, static_cast<std::int64_t>(size));
        EXPECT_EQ(ref.sha256, sha256_hex(plain));
        EXPECT_EQ(get(ref), plain);
        EXPECT_EQ(get(ref, piece_bytes), plain);
        EXPECT_EQ(get(ref, size + 1), plain);
    }
}

TEST_F(LocalObjectsTest, TheFileHoldsNothingPlain) {
    const std::string plain = "confidential item title, confidential item title";
    const sdk::ObjectRef ref = put(plain);
    EXPECT_EQ(test::file_text(path(ref)).find("confidential"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(path(ref).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LocalObjectsTest, EqualBytesGiveDifferentFiles) {
    EXPECT_NE(test::file_text(path(put("same", "a"))), test::file_text(path(put("same", "b"))));
}

TEST_F(LocalObjectsTest, WritingAndOpeningBecomeEffects) {
    const auto writing = store->session(identity(), "extractor");
    const auto writer = writing->create("raw", "DE", "rows");
    EXPECT_TRUE(writing->take_effects().empty()) << "not before the commit";
    writer->write(bytes_of("abc"));
    const sdk::ObjectRef ref = writer->commit();
    const std::vector<sdk::Effect> written = writing->take_effects();
    ASSERT_EQ(written.size(), 1U);
    const auto& effect = std::get<sdk::ObjectWritten>(written[0]);
    EXPECT_EQ(effect.object.key, "raw/train/41/DE/extract.1.rows");
    EXPECT_EQ(effect.country, "DE");
    EXPECT_EQ(effect.scope, "raw");
    EXPECT_EQ(effect.key_id, "raw/DE/1");
    EXPECT_EQ(static_cast<std::uintmax_t>(effect.stored_bytes), std::filesystem::file_size(path(ref)));
    EXPECT_TRUE(writing->take_effects().empty());

    const auto reading = store->session(identity(), "preparer");
    read_all(*reading->open(ref));
    read_all(*reading->open(ref));
    const std::vector<sdk::Effect> opened = reading->take_effects();
    ASSERT_EQ(opened.size(), 2U);
    const auto& audit = std::get<sdk::ObjectOpened>(opened[0]);
    EXPECT_EQ(audit.key, ref.key);
    EXPECT_EQ(audit.role, "preparer");
    EXPECT_EQ(audit.key_id, "raw/DE/1");
}

TEST_F(LocalObjectsTest, WithoutCommitNothingIsStored) {
    {
        const auto session = store->session(identity(), "extractor");
        const auto writer = session->create("raw", "DE", "rows");
        writer->write(bytes_of(plain_text(200'000)));
        EXPECT_FALSE(std::filesystem::is_empty(folder + "/.tmp"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder + "/.tmp"));
    EXPECT_FALSE(std::filesystem::exists(folder + "/raw"));
}

TEST_F(LocalObjectsTest, AWriterThatWasCommittedTakesNoMore) {
    const auto session = store->session(identity(), "extractor");
    const auto writer = session->create("raw", "DE", "rows");
    writer->commit();
    EXPECT_EQ(failure_of([&] { writer->write(bytes_of("x")); }).kind(), FailureClass::Bug);
    EXPECT_EQ(failure_of([&] { writer->commit(); }).kind(), FailureClass::Bug);
    EXPECT_EQ(failure_of([&] { session->create("raw", "DE", "rows"); }).kind(), FailureClass::Bug);
}

TEST_F(LocalObjectsTest, ARoleWithoutTheGrantIsRefusedByName) {
    const sdk::ObjectRef ref = put("x");
    const auto trainer = store->session(identity("DE", "tune"), "trainer");
    const sdk::TaskFailure read = failure_of([&] { trainer->open(ref); });
    EXPECT_EQ(read.kind(), FailureClass::Config);
    EXPECT_NE(read.reason().find("'trainer' may not decrypt 'raw' of country DE"), std::string::npos) << read.reason();
    EXPECT_EQ(failure_of([&] { trainer->create("raw", "DE", "rows"); }).kind(), FailureClass::Config);
    EXPECT_TRUE(trainer->take_effects().empty());
}

TEST_F(LocalObjectsTest, ATaskOfOneCountryMayNotTouchAnothersObjects) {
    const sdk::ObjectRef german = put("x", "rows", "DE");
    const sdk::ObjectRef common = put("y", "codes", "all");
    const auto french = store->session(identity("FR", "prepare"), "preparer");
    EXPECT_NE(failure_of([&] { french->open(german); }).reason().find("a task of country FR"), std::string::npos);
    EXPECT_EQ(failure_of([&] { french->create("dataset", "DE", "train"); }).kind(), FailureClass::Config);
    EXPECT_EQ(read_all(*french->open(common)), "y");
}

TEST_F(LocalObjectsTest, AMissingObjectIsSaidToBeMissing) {
    const sdk::ObjectRef ref = put("x");
    std::filesystem::remove(path(ref));
    EXPECT_NE(failure_of([&] { get(ref); }).reason().find("is missing"), std::string::npos);
    EXPECT_EQ(failure_of([&] { get({"raw/../../etc/DE/passwd", "", 0}); }).kind(), FailureClass::Config);
}

TEST_F(LocalObjectsTest, AnotherContentThanTheRecordedOneIsRefused) {
    const sdk::ObjectRef ref = put("abc");
    sdk::ObjectRef other = ref;
    other.sha256[0] = other.sha256[0] == '0' ? '1' : '0';
    expect_damaged(other, "another SHA-256");
    other = ref;
    other.bytes = 4;
    expect_damaged(other, "another length");
}

TEST_F(LocalObjectsTest, AFolderThatWasRemovedIsMadeAgain) {
    put("x");
    std::filesystem::remove_all(folder + "/raw");
    EXPECT_EQ(get(put("y")), "y");
}

TEST_F(LocalObjectsTest, AReopenedStoreReadsWhatAnotherProcessWrote) {
    const sdk::ObjectRef ref = put("x");
    reopen();
    EXPECT_EQ(get(ref), "x");
}

TEST_F(LocalObjectsTest, ALostKeyFileIsNotReplacedBesideObjects) {
    put("x");
    std::filesystem::remove(key_file);
    const auto opened = LocalObjects::open(folder, key_file, Grants::built_in());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::Invalid);
    EXPECT_NE(opened.error().message.find("restore it from a backup"), std::string::npos);
}

TEST_F(LocalObjectsTest, AFolderThatCannotBeMadeIsOneClearError) {
    test::put_file(room.path() / "file", "");
    const auto opened = LocalObjects::open((room.path() / "file" / "objects").string(), key_file, Grants::built_in());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find("folder for objects"), std::string::npos);
}

TEST_F(LocalObjectsTest, StartingRemovesLeftoversButNotWhatIsBeingWritten) {
    test::put_file(folder + "/.tmp/dead", "half an object");
    const auto session = store->session(identity(), "extractor");
    const auto writer = session->create("raw", "DE", "rows");
    writer->write(bytes_of("abc"));
    const auto second = LocalObjects::open(folder, key_file, Grants::built_in());
    ASSERT_TRUE(second);
    EXPECT_FALSE(std::filesystem::exists(folder + "/.tmp/dead"));
    EXPECT_EQ(get(writer->commit()), "abc");
}

TEST_F(LocalObjectsTest, OldFilesAreFoundAndRemovedWithTheirEmptyFolders) {
    const sdk::ObjectRef old = put("x", "a");
    const sdk::ObjectRef older = put("y", "b");
    const sdk::ObjectRef fresh = put("z", "c");
    std::filesystem::create_directories(folder + "/lost+found");
    test::put_file(folder + "/lost+found/x", "no object");
    const auto hour_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
    std::filesystem::last_write_time(path(old), hour_ago);
    std::filesystem::last_write_time(path(older), hour_ago);
    const Instant limit = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now() - std::chrono::minutes(30));
    std::set<std::string> found;
    const auto note = [&](std::string key) { return found.insert(std::move(key)).second; };
    ASSERT_TRUE(store->for_each_older(limit, note));
    EXPECT_EQ(found, (std::set<std::string>{old.key, older.key}));
    ASSERT_TRUE(store->for_each_older(limit, [&](const std::string&) { return false; })) << "who has enough says so";

    ASSERT_TRUE(store->remove(old.key));
    ASSERT_TRUE(store->remove(old.key)) << "twice is as good as once";
    EXPECT_EQ(get(fresh), "z") << "what stands beside it stays";
    ASSERT_TRUE(store->remove(older.key));
    ASSERT_TRUE(store->remove(fresh.key));
    const std::filesystem::path country = std::filesystem::path(path(old)).parent_path();
    EXPECT_FALSE(std::filesystem::exists(country.parent_path())) << "the run's folder";
    EXPECT_TRUE(std::filesystem::exists(country.parent_path().parent_path())) << "the workflow's";
    EXPECT_EQ(get(put("again", "a")), "again");
    EXPECT_EQ(store->remove("../../etc/passwd").error().kind, ErrorKind::Invalid);
    std::filesystem::create_directories(path(fresh));
    test::put_file(path(fresh) + "/x", "a folder where the file stood");
    EXPECT_EQ(store->remove(fresh.key).error().kind, ErrorKind::Unavailable);
}

TEST(FolderMaker, MakesAgainWhatWentWithItsLastObject) {
    const test::TemporaryFolder folder;
    FolderMaker maker(folder.path());
    maker.make("raw/train/7/DE", "t");
    std::filesystem::remove_all(folder.path() / "raw/train/7");
    maker.make("raw/train/7/FR", "t");
    EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "raw/train/7/FR"));
    std::filesystem::remove_all(folder.path());
    EXPECT_THROW(maker.make("raw/train/7/IT", "t"), sdk::TaskFailure) << "the root itself is not ours to make";
}

TEST_F(LocalObjectsTest, ManyTasksAtOnceGetEachTheirOwn) {
    constexpr int each = 20;
    const std::vector<std::string> countries{"DE", "FR", "PL", "IT"};
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (const std::string& country : countries) {
        threads.emplace_back([&, country] {
            for (int i = 0; i < each; ++i) {
                const std::string plain = plain_text(static_cast<std::size_t>(i) * 9'001);
                const sdk::ObjectRef ref = put(plain, "rows" + std::to_string(i), country);
                right += get(ref) == plain ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(right, each * static_cast<int>(countries.size()));
    EXPECT_TRUE(std::filesystem::is_empty(folder + "/.tmp"));
}

}  // namespace
}  // namespace kontor::objects

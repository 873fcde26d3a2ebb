#include "objects/checkpoint_files.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "store_room.hpp"

namespace kontor::objects {
namespace {

class Checkpoints : public StoreRoom {
 protected:
    Checkpoints() { open(); }
    void open() {
        auto opened = CheckpointFiles::open(folder, store->keys());
        ASSERT_TRUE(opened) << describe(opened.error());
        files = std::move(*opened);
    }
    std::vector<std::filesystem::path> on_disk() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + checkpoints_folder)) {
            found.push_back(entry.path());
        }
        return found;
    }
    static std::string bytes_in(const std::filesystem::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::unique_ptr<CheckpointFiles> files;
    sdk::TaskIdentity de = identity("DE", "trial");
};

TEST_F(Checkpoints, OfAnEarlierAttemptIsReadByTheNextOne) {
    EXPECT_EQ(files->read(de), std::nullopt);
    const std::string first = plain_text(3'000'000);
    files->write(de, first);
    de.attempt = 2;
    EXPECT_EQ(files->read(de), first);
    files->write(de, "round 40");
    de.attempt = 3;
    EXPECT_EQ(files->read(de), "round 40") << "the last counts";
    ASSERT_EQ(on_disk().size(), 1U) << "and only the last is kept";
    open();
    EXPECT_EQ(files->read(de), "round 40") << "after a restart too";
    files->remove(de);
    EXPECT_EQ(files->read(de), std::nullopt);
    files->remove(de);
}

TEST_F(Checkpoints, BelongToOneTaskInstance) {
    files->write(de, "of DE");
    const auto none = [&](auto&& change) {
        sdk::TaskIdentity other = de;
        change(other);
        return files->read(other) == std::nullopt;
    };
    EXPECT_TRUE(none([](auto& it) { it.country = "FR"; }));
    EXPECT_TRUE(none([](auto& it) { it.country = ""; }));
    EXPECT_TRUE(none([](auto& it) { it.run = 42; }));
    EXPECT_TRUE(none([](auto& it) { it.task = "choose"; }));
    EXPECT_TRUE(none([](auto& it) { it.item = "3"; }));
    EXPECT_TRUE(none([](auto& it) { it.workflow = "retrain"; }));
}

TEST_F(Checkpoints, AreSealedAndBoundToTheirTask) {
    files->write(de, "margins of 3,000 items");
    const std::string stored = bytes_in(on_disk().at(0));
    EXPECT_EQ(stored.find("margins"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(on_disk().at(0).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const auto key = store->keys().ids();
    EXPECT_NE(std::find(key.begin(), key.end(), "checkpoint/DE/1"), key.end());

    // The file of one task at the place of another's.
    const auto mine = on_disk().at(0);
    sdk::TaskIdentity other = de;
    other.item = "3";
    files->write(other, "another's");
    for (const auto& path : on_disk()) {
        if (path != mine) {
            std::filesystem::copy_file(mine, path, std::filesystem::copy_options::overwrite_existing);
        }
    }
    EXPECT_EQ(failure_of([&] { files->read(other); }).kind(), sdk::FailureClass::Data);
    EXPECT_EQ(files->read(de), "margins of 3,000 items");
}

TEST_F(Checkpoints, ADamagedOneIsRefusedWhereverItIsCutOrChanged) {
    files->write(de, plain_text(200'000));
    const auto path = on_disk().at(0);
    const std::string whole = bytes_in(path);
    for (const std::size_t at : {std::size_t{0}, std::size_t{5}, std::size_t{40}, std::size_t{150}, whole.size() / 2, whole.size() - 1}) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        std::ofstream(path, std::ios::binary) << changed;
        EXPECT_EQ(failure_of([&] { files->read(de); }).kind(), sdk::FailureClass::Data) << "byte " << at;
        std::ofstream(path, std::ios::binary) << whole.substr(0, at);
        EXPECT_EQ(failure_of([&] { files->read(de); }).kind(), sdk::FailureClass::Data) << "cut at " << at;
    }
}

TEST_F(Checkpoints, AreGoneAfterAWeek) {
    files->write(de, "old");
    sdk::TaskIdentity other = de;
    other.item = "3";
    const auto old = on_disk().at(0);
    files->write(other, "new");
    // What a process was writing when it died.
    const std::filesystem::path half = old.string() + ".aB3xYz";
    std::filesystem::copy_file(old, half);
    for (const auto& path : {old, half}) {
        std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - checkpoint_days_max - std::chrono::hours(1));
    }
    open();
    EXPECT_EQ(files->read(de), std::nullopt);
    EXPECT_EQ(files->read(other), "new");
    EXPECT_EQ(on_disk().size(), 1U);
}

TEST_F(Checkpoints, AreNoObjects) {
    files->write(de, "state");
    int objects = 0;
    ASSERT_TRUE(store->for_each([&](const ObjectKey&) { return ++objects < 100; }));
    EXPECT_EQ(objects, 0);
    const auto session = store->session(de, "trainer");
    EXPECT_EQ(
        failure_of([&] { session->open({checkpoint_key(de).text, "", 5}); }).kind(), sdk::FailureClass::Config
    ) << "no role is granted the scope";
}

}  // namespace
}  // namespace kontor::objects

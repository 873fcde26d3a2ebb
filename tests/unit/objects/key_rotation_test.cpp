// Rotation under readers and writers, killed and gone on with; what it must not touch.
#include "objects/key_rotation.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store_room.hpp"

namespace kontor::objects {
namespace {

class KeyRotationTest : public StoreRoom {
 protected:
    std::string key_of(const sdk::ObjectRef& ref) {
        const auto session = store->session(identity(), "preparer");
        session->open(ref);
        for (const sdk::Effect& effect : session->take_effects()) {
            if (const auto* opened = std::get_if<sdk::ObjectOpened>(&effect)) {
                return opened->key_id;
            }
        }
        return "";
    }
    std::string mark() const { return key_file + ".rotating"; }
};

TEST_F(KeyRotationTest, RewrapsTheObjectsOfThatScopeAndCountryAndLeavesTheirPieces) {
    const std::string plain = plain_text(200'000);
    const sdk::ObjectRef german = put(plain, "rows", "DE");
    const sdk::ObjectRef french = put(plain, "rows", "FR");
    const std::string before = test::file_text(path(german));
    KeyRotation rotation(*store);
    ASSERT_TRUE(rotation.rotate("raw", "DE"));
    rotation.wait();
    EXPECT_EQ(key_of(german), "raw/DE/2");
    EXPECT_EQ(key_of(french), "raw/FR/1");
    EXPECT_EQ(get(german), plain);
    const std::string after = test::file_text(path(german));
    ASSERT_EQ(after.size(), before.size());
    EXPECT_EQ(after.substr(400), before.substr(400)) << "only the head is sealed anew";
    EXPECT_EQ(key_of(put(plain, "later", "DE")), "raw/DE/2");
    EXPECT_FALSE(std::filesystem::exists(mark()));
    const Json list = *rotation.list();
    EXPECT_EQ(list.at("items").as_array().size(), 3U);
    EXPECT_EQ(list.at("items").at(0).at("current"), false);
    EXPECT_EQ(list.at("rotation").at("rewrapped"), 1);
    EXPECT_EQ(rotation.rotate("raw", "IT").error().kind, ErrorKind::NotFound);
}

TEST_F(KeyRotationTest, AReaderGoesOnThroughIt) {
    const std::string plain = plain_text(300'000);
    const sdk::ObjectRef ref = put(plain);
    const auto session = store->session(identity(), "preparer");
    const auto reader = session->open(ref);
    std::vector<std::byte> first(1000);
    ASSERT_GT(reader->read(first), 0U);
    KeyRotation rotation(*store);
    ASSERT_TRUE(rotation.rotate("", ""));
    rotation.wait();
    EXPECT_EQ(read_all(*reader).size() + first.size(), plain.size());
    EXPECT_EQ(get(ref), plain);
}

TEST_F(KeyRotationTest, ADamagedObjectIsCountedAndKeepsTheMark) {
    const sdk::ObjectRef good = put("good", "good");
    const sdk::ObjectRef bad = put("bad", "bad");
    std::string bytes = test::file_text(path(bad));
    bytes[60] = static_cast<char>(bytes[60] ^ 1);
    test::put_file(path(bad), bytes);
    KeyRotation rotation(*store);
    ASSERT_TRUE(rotation.rotate("raw", ""));
    rotation.wait();
    EXPECT_EQ(rotation.list()->at("rotation").at("failed"), 1);
    EXPECT_EQ(key_of(good), "raw/DE/2");
    EXPECT_EQ(test::file_text(path(bad)), bytes) << "what cannot be opened is left as it is";
    EXPECT_TRUE(std::filesystem::exists(mark()));
}

// A child process rotates and is killed at any moment, over and over; nothing is lost, and the last one ends it.
TEST_F(KeyRotationTest, KilledAndResumedItEndsWithEveryObjectReadable) {
    std::vector<sdk::ObjectRef> refs;
    for (int i = 0; i < 40; ++i) {
        refs.push_back(put(plain_text(20'000 + static_cast<std::size_t>(i)), "rows" + std::to_string(i), i % 2 == 0 ? "DE" : "FR"));
    }
    for (int round = 0; round < 50; ++round) {
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto mine = LocalObjects::open(folder, key_file, Grants::built_in());
            if (!mine) {
                _exit(3);
            }
            KeyRotation rotation(**mine);
            const bool began = round % 5 == 0 ? static_cast<bool>(rotation.rotate("", "")) : static_cast<bool>(rotation.resume());
            rotation.wait();
            _exit(began ? 0 : 4);
        }
        // A moment later each round: reading and hashing the objects takes about as long as rewrapping them.
        for (int i = 0; i < round; ++i) {
            get(refs[static_cast<std::size_t>(i) % refs.size()]);
        }
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
        reopen();
        for (std::size_t i = 0; i < refs.size(); i += 7) {
            EXPECT_EQ(get(refs[i]).size(), 20'000 + i) << round;
        }
    }
    KeyRotation last(*store);
    ASSERT_TRUE(last.rotate("", ""));
    last.wait();
    EXPECT_FALSE(std::filesystem::exists(mark()));
    const std::string german = key_of(refs[0]);
    const std::string french = key_of(refs[1]);
    for (std::size_t i = 0; i < refs.size(); ++i) {
        EXPECT_EQ(get(refs[i]), plain_text(20'000 + i));
        EXPECT_EQ(key_of(refs[i]), i % 2 == 0 ? german : french);
    }
}

}  // namespace
}  // namespace kontor::objects

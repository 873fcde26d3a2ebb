#include "objects/key_ring.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <array>
#include <thread>

#include "store_room.hpp"

namespace kontor::objects {
namespace {

class KeyRingTest : public testing::Test {
 protected:
    KeyRingTest() { EXPECT_GE(sodium_init(), 0); }
    std::unique_ptr<KeyRing> open() {
        Result<std::unique_ptr<KeyRing>> ring = KeyRing::open(path, false);
        EXPECT_TRUE(ring) << describe(ring.error());
        return ring ? std::move(ring.value()) : nullptr;
    }
    std::string refusal(bool objects_exist = false) {
        const Result<std::unique_ptr<KeyRing>> ring = KeyRing::open(path, objects_exist);
        EXPECT_FALSE(ring);
        return ring ? "" : ring.error().message;
    }
    static std::string bytes(const SecretPtr& secret) { return {reinterpret_cast<const char*>(secret->data()), key_bytes}; }

    test::TemporaryFolder folder;
    std::string path = (folder.path() / "keys.json").string();
};

TEST_F(KeyRingTest, IsMadeForItsOwnerOnly) {
    open();
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(KeyRingTest, AKeyIsInTheFileBeforeItIsUsedAndStaysTheSame) {
    const WrappingKey made = open()->current("raw", "DE");
    EXPECT_EQ(made.id, "raw/DE/1");
    const auto again = open();
    EXPECT_EQ(bytes(again->current("raw", "DE").secret), bytes(made.secret));
    EXPECT_EQ(bytes(again->find("raw/DE/1").value()), bytes(made.secret));
    EXPECT_NE(bytes(again->current("raw", "FR").secret), bytes(made.secret));
    EXPECT_EQ(again->find("raw/PL/1"), std::nullopt);
}

TEST_F(KeyRingTest, TwoProcessesOnOneFileLoseNoKeyOfEachOther) {
    const auto one = open();
    const auto two = open();
    const WrappingKey de = one->current("raw", "DE");
    const WrappingKey fr = two->current("raw", "FR");
    EXPECT_EQ(bytes(two->current("raw", "DE").secret), bytes(de.secret));
    EXPECT_EQ(bytes(one->find("raw/FR/1").value()), bytes(fr.secret));
    EXPECT_EQ(bytes(open()->find("raw/DE/1").value()), bytes(de.secret));
}

TEST_F(KeyRingTest, KnowsItsKeysAsTheFileHasThem) {
    const auto ring = open();
    const WrappingKey made = ring->current("raw", "DE");
    std::array<char, 45> text{};
    sodium_bin2base64(text.data(), text.size(), made.secret->data(), key_bytes, sodium_base64_VARIANT_ORIGINAL);
    const std::string base64(text.data());
    EXPECT_TRUE(ring->holds(base64));
    std::string other = base64;
    other[0] = other[0] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ring->holds(other));
    EXPECT_FALSE(ring->holds(base64.substr(0, 43)));
    EXPECT_FALSE(ring->holds(std::string(44, '!')));
    EXPECT_FALSE(ring->holds(""));
}

TEST_F(KeyRingTest, ManyThreadsAgreeOnEveryKey) {
    const auto ring = open();
    std::vector<std::thread> threads;
    std::vector<std::vector<std::string>> seen(4);
    for (auto& mine : seen) {
        threads.emplace_back([&ring, &mine] {
            for (char c = 'A'; c <= 'Z'; ++c) {
                mine.push_back(bytes(ring->current("raw", std::string("D") + c).secret));
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const auto& mine : seen) {
        EXPECT_EQ(mine, seen[0]);
    }
}

TEST_F(KeyRingTest, AFileThatOthersMayReadIsRefused) {
    open();
    ::chmod(path.c_str(), 0640);
    EXPECT_NE(refusal().find("chmod 600"), std::string::npos);
}

TEST_F(KeyRingTest, ItIsNeverMadeAnewBesideObjects) {
    EXPECT_NE(refusal(true).find("restore it from a backup"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(KeyRingTest, ADamagedFileIsRefusedAndLeftAsItIs) {
    open()->current("raw", "DE");
    const std::string good = test::file_text(path);
    const std::size_t value = good.find("raw/DE/1\": \"") + 12;
    for (const std::string& bad :
         {std::string(), good.substr(0, good.size() / 2), std::string("[]"), std::string(R"({"format": "kontor-keys-2", "keys": {}})"),
          std::string(good).replace(value, 4, ""), std::string(good).replace(value, 1, "!"), std::string(good).insert(value, "AAAA")}) {
        test::put_file(path, bad);
        EXPECT_NE(refusal().find("damaged"), std::string::npos) << bad;
        EXPECT_EQ(test::file_text(path), bad);
    }
}

TEST_F(KeyRingTest, ALinkInPlaceOfTheFileIsRefused) {
    open();
    std::filesystem::rename(path, folder.path() / "elsewhere");
    std::filesystem::create_symlink(folder.path() / "elsewhere", path);
    EXPECT_FALSE(refusal().empty());
}

}  // namespace
}  // namespace kontor::objects

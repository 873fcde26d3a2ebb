#include "objects/inbox.hpp"

#include <filesystem>

#include "unit/objects/store_room.hpp"

namespace kontor::objects {
namespace {

namespace fs = std::filesystem;

class InboxRoom : public StoreRoom {
 protected:
    InboxRoom() { fs::create_directories(place / "DE"); }

    // What a scan takes when it looks again after the files have settled.
    std::vector<ArrivedFile> settled(std::size_t faults_expected = 0) {
        std::vector<std::string> faults;
        EXPECT_TRUE(inbox.scan(later(), faults));
        Result<std::vector<ArrivedFile>> found = inbox.scan(later(), faults);
        EXPECT_TRUE(found);
        EXPECT_EQ(faults.size(), faults_expected) << (faults.empty() ? "" : faults.front());
        return found ? *found : std::vector<ArrivedFile>{};
    }
    static Instant later() {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + std::chrono::seconds(10);
    }
    void drop(const std::string& name, const std::string& text) { test::put_file(place / name, text); }

    fs::path place = room.path() / "inbox";
    Inbox inbox{*store, place.string()};
};

TEST_F(InboxRoom, AFileBecomesAnEncryptedObjectOfItsCountryAndIsRemovedOnlyThen) {
    drop("DE/sales 1.csv", "item,price\n");
    const auto arrived = settled();
    ASSERT_EQ(arrived.size(), 1U);
    EXPECT_EQ(arrived[0].name, "DE/sales 1.csv");
    EXPECT_EQ(arrived[0].country, "DE");
    EXPECT_EQ(arrived[0].object.bytes, 11);
    EXPECT_TRUE(arrived[0].object.key.starts_with("inbox/arrived/")) << arrived[0].object.key;
    EXPECT_TRUE(arrived[0].object.key.ends_with(".sales_1.csv")) << arrived[0].object.key;
    ASSERT_EQ(arrived[0].effects.size(), 1U);
    EXPECT_EQ(std::get<sdk::ObjectWritten>(arrived[0].effects[0]).scope, "inbox");
    EXPECT_EQ(get(arrived[0].object), "item,price\n");
    EXPECT_TRUE(fs::exists(place / "DE/sales 1.csv"));
    EXPECT_TRUE(inbox.remove(arrived[0]));
    EXPECT_FALSE(fs::exists(place / "DE/sales 1.csv"));
}

TEST_F(InboxRoom, AFileThatWasTakenAndNotRemovedHasTheSameIdentityAgain) {
    drop("a.csv", "1");
    const auto first = settled();
    Inbox restarted(*store, place.string());
    std::vector<std::string> faults;
    ASSERT_TRUE(restarted.scan(later(), faults));
    const auto second = restarted.scan(later(), faults);
    ASSERT_TRUE(second);
    ASSERT_EQ(second->size(), 1U);
    EXPECT_EQ(second->at(0).identity, first.at(0).identity);
    EXPECT_EQ(second->at(0).country, "all");
    fs::remove(place / "a.csv");
    drop("b.csv", "keeps the inode from being used again");
    drop("a.csv", "2");
    for (const ArrivedFile& file : settled()) {
        EXPECT_NE(file.identity, first.at(0).identity);
    }
}

TEST_F(InboxRoom, UnfinishedHiddenAndOtherThingsAreLeftAlone) {
    drop("a.part", "x");
    drop("b.tmp", "x");
    drop(".hidden", "x");
    fs::create_symlink("/etc/hostname", place / "link");
    fs::create_directories(place / ".staging");
    drop(".staging/c.csv", "x");
    EXPECT_TRUE(settled().empty());
    drop("d.csv", "x");
    std::vector<std::string> faults;
    EXPECT_TRUE(inbox.scan(later(), faults)->empty()) << "seen for the first time";
    drop("d.csv", "xy");
    EXPECT_TRUE(inbox.scan(later(), faults)->empty()) << "it has changed";
    const auto taken = inbox.scan(later(), faults);
    ASSERT_EQ(taken->size(), 1U);
    drop("d.csv", "xyz");
    EXPECT_TRUE(inbox.remove(taken->at(0)));
    EXPECT_TRUE(fs::exists(place / "d.csv")) << "it changed after it was taken: another file";
    EXPECT_FALSE(Inbox(*store, (room.path() / "absent").string()).scan(later(), faults));
}

}  // namespace
}  // namespace kontor::objects

// A full disk, for real: a small tmpfs where the system lets us mount one, a limit on the size of files everywhere.
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_room.hpp"

namespace kontor::objects {
namespace {

struct Seen {
    bool refused_as_full = false;
    bool temporary_removed = false;
    bool writes_again = false;
    std::string reason;
};

// Writes until the disk is full, then `make_room`, then writes again.
Seen fill(LocalObjects& store, std::size_t most, const std::function<void()>& make_room) {
    Seen seen;
    const auto session = store.session({1, "train", "extract", "", "", 1, ""}, "extractor");
    try {
        const auto writer = session->create("raw", "DE", "large");
        for (std::size_t written = 0; written < most; written += piece_bytes) {
            writer->write(bytes_of(plain_text(piece_bytes)));
        }
        writer->commit();
    } catch (const sdk::TaskFailure& failure) {
        seen.refused_as_full = failure.kind() == sdk::FailureClass::Transient && failure.reason().starts_with("storage full");
        seen.reason = failure.reason();
    }
    seen.temporary_removed = std::filesystem::is_empty(store.folder() + "/.tmp") && session->take_effects().empty();
    make_room();
    const auto writer = session->create("raw", "DE", "small");
    writer->write(bytes_of("fits"));
    seen.writes_again = writer->commit().bytes == 4;
    return seen;
}

class StorageFull : public StoreRoom {};

TEST_F(StorageFull, AFileThatMayNotGrowIsRefusedAndLeavesNothing) {
    struct rlimit before {};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    // The daemon ignores the signal as well: the error of write() is what it acts on.
    const auto old = signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small {300'000, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    const Seen seen = fill(*store, 2'000'000, [] {});
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, old);
    EXPECT_TRUE(seen.refused_as_full) << seen.reason;
    EXPECT_TRUE(seen.temporary_removed);
    EXPECT_TRUE(seen.writes_again);
}

// In a process and a mount namespace of its own. 0: all good; 1-3: what was wrong; 9: mounting is not allowed here.
int fill_small_disk(const std::string& at) {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", at.c_str(), "tmpfs", 0, "size=1m") != 0) {
        return 9;
    }
    test::put_file(at + "/ballast", std::string(100'000, 'x'));
    const auto store = LocalObjects::open(at + "/objects", at + "/keys.json", Grants::built_in());
    if (!store) {
        return 1;
    }
    // The key of the scope is made while there is room.
    store.value()->session({1, "t", "t", "", "", 1, ""}, "extractor")->create("raw", "DE", "first")->commit();
    const Seen seen = fill(*store.value(), 4'000'000, [&] { std::filesystem::remove(at + "/ballast"); });
    return !seen.refused_as_full ? 1 : !seen.temporary_removed ? 2 : !seen.writes_again ? 3 : 0;
}

TEST_F(StorageFull, ASmallDiskThatFillsIsRefusedAndLeavesNothing) {
    const std::string at = (room.path() / "disk").string();
    std::filesystem::create_directory(at);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        _exit(fill_small_disk(at));
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 9) {
        std::cout << "no tmpfs may be mounted here: the limit on file sizes stands for it\n";
        return;
    }
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace kontor::objects

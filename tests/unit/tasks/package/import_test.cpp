// The task that takes a package in, with a child that ends well or badly; and what the real child may not do.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <fstream>

#include "support/task_bench.hpp"
#include "support/temporary_folder.hpp"
#include "tasks/package/register.hpp"
#include "tasks/package/sandbox.hpp"

namespace kontor::tasks::package {
namespace {

class Import : public testing::Test {
 protected:
    // The task, with a child that is this shell script.
    sdk::Outcome run(const std::string& script) {
        const std::string program = folder_.path() / "child";
        std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
        ::chmod(program.c_str(), 0700);
        sdk::TaskRegistry registry;
        register_tasks(registry, program);
        auto writer = bench_.objects().create("inbox", "DE", "model.tar");
        writer->write(std::as_bytes(std::span(std::string_view("some package"))));
        return bench_.run(
            registry, "model.import",
            {{"package", sdk::to_json(writer->commit())}, {"name", "DE/models/a.tar"}, {"schema", boost::json::parse(R"({"id": "item_id", "text": ["title"]})")}}
        );
    }
    std::string refusal(const std::string& script) {
        const sdk::Outcome outcome = run(script);
        const auto* failed = std::get_if<sdk::Failed>(&outcome);
        EXPECT_NE(failed, nullptr);
        EXPECT_EQ(failed == nullptr ? sdk::FailureClass::Bug : failed->kind, sdk::FailureClass::Data);
        return failed == nullptr ? "" : failed->reason;
    }
    test::TemporaryFolder folder_;
    test::TaskBench bench_;
};

TEST_F(Import, OutlivesAChildThatDies) {
    EXPECT_EQ(
        refusal("kill -SEGV $$"),
        "the package is broken: the process that read it was ended by signal 11. Nothing of it is kept, and nothing else was touched"
    );
    EXPECT_NE(refusal("exit 3").find("with status 3"), std::string::npos);
    EXPECT_NE(refusal("kill -KILL $$").find("more memory than there is"), std::string::npos);
    EXPECT_NE(refusal("echo what a surprise").find("is broken"), std::string::npos);
    EXPECT_EQ(bench_.objects_.stored().size(), 4U) << "the packages alone";
}

TEST_F(Import, SaysWhatTheChildSays) {
    EXPECT_EQ(refusal(R"sh(test "$(cat)" = "some package" && echo '{"fault": "tree 3 has no root"}')sh"), "tree 3 has no root");
    EXPECT_NE(refusal(R"sh(echo '{"list": null, "family": "linear"}'; echo nonsense)sh").find("does not begin as one"), std::string::npos)
        << "what the child gives is looked at, too";
}

TEST_F(Import, StopsItsChild) {
    bench_.stop_after_progress_ = 2;
    EXPECT_TRUE(std::holds_alternative<sdk::Interrupted>(run("exec sleep 600")));
}

// In a process of its own: there is no way back.
int in_sandbox(const std::function<bool()>& works) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(!enter_sandbox().empty() ? 2 : works() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Sandbox, LeavesNoFileNoNetworkAndNoOtherProcess) {
    EXPECT_EQ(in_sandbox([] { return true; }), 1) << "it can be entered";
    EXPECT_EQ(in_sandbox([] { return ::open("/etc/passwd", O_RDONLY) >= 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::open("/tmp/x", O_WRONLY | O_CREAT, 0600) >= 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::fork() >= 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::execl("/bin/true", "true", nullptr) == 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::kill(::getppid(), 0) == 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::syscall(SYS_tgkill, ::getppid(), ::getppid(), 0) == 0; }), 0);
    EXPECT_EQ(in_sandbox([] { return ::syscall(SYS_tgkill, ::getpid(), ::gettid(), 0) == 0; }), 1) << "itself it may";
    EXPECT_EQ(in_sandbox([] { return std::string(100'000'000, 'x').size() > 1 && ::write(STDOUT_FILENO, "", 0) == 0; }), 1) << "what it is for";
}

}  // namespace
}  // namespace kontor::tasks::package

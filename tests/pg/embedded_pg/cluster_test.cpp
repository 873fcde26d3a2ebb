#include "embedded_pg/cluster.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <poll.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace kontor::embedded_pg {
namespace {

using test::TemporaryFolder;

ClusterOptions small(const std::filesystem::path& folder) {
    ClusterOptions options;
    options.folder = folder;
    options.shared_buffers_mb = 16;
    options.max_connections = 20;
    return options;
}

// The first column of the first row; "" and a failed expectation when the statement fails.
std::string ask(const std::string& target, const std::string& statement) {
    PGconn* connection = PQconnectdb(target.c_str());
    EXPECT_EQ(PQstatus(connection), CONNECTION_OK) << PQerrorMessage(connection);
    PGresult* result = PQexec(connection, statement.c_str());
    const ExecStatusType status = PQresultStatus(result);
    EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) << PQerrorMessage(connection);
    std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    PQfinish(connection);
    return text;
}

template <class Condition>
bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        poll(nullptr, 0, 10);
    }
    return true;
}

TEST(EmbeddedCluster, AnswersOnASocketOfItsOwnWithDurableSettings) {
    const TemporaryFolder folder;
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_TRUE(cluster) << describe(cluster.error());
    const std::string kontor = (*cluster)->connection_string("kontor");
    EXPECT_EQ(ask(kontor, "show fsync"), "on");
    EXPECT_EQ(ask(kontor, "show synchronous_commit"), "on");
    EXPECT_EQ(ask(kontor, "show full_page_writes"), "on");
    EXPECT_EQ(ask(kontor, "show listen_addresses"), "");
    EXPECT_EQ(ask(kontor, "show server_encoding"), "UTF8");
    EXPECT_EQ(ask((*cluster)->connection_string("warehouse"), "select current_database()"), "warehouse");
    struct stat about {};
    ASSERT_EQ(stat((folder.path() / "postgres/socket").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
}

TEST(EmbeddedCluster, KeepsItsDataOverAStop) {
    const TemporaryFolder folder;
    {
        const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
        ASSERT_TRUE(cluster) << describe(cluster.error());
        ask((*cluster)->connection_string("kontor"), "create table t as select 42 as x");
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "postgres/data/postmaster.pid"));
    const auto again = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(ask((*again)->connection_string("kontor"), "select x from t"), "42");
}

TEST(EmbeddedCluster, StartsAServerThatWasKilledAgain) {
    const TemporaryFolder folder;
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_TRUE(cluster) << describe(cluster.error());
    const std::string kontor = (*cluster)->connection_string("kontor");
    ask(kontor, "create table t as select 42 as x");
    kill((*cluster)->server_pid(), SIGKILL);
    EXPECT_TRUE(eventually([&] { return (*cluster)->restarts() > 0 && PQping(kontor.c_str()) == PQPING_OK; }));
    EXPECT_EQ(ask(kontor, "select x from t"), "42");
}

// Starts a cluster in a process of its own, which is killed: its server is alive or stopping when the next daemon starts.
void start_and_kill(const std::filesystem::path& folder, const std::string& sql) {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t daemon = fork();
    if (daemon == 0) {
        const auto cluster = EmbeddedCluster::start(small(folder));
        const char answer = cluster ? 'y' : 'n';
        if (cluster) {
            ask((*cluster)->connection_string("kontor"), sql);
        }
        [[maybe_unused]] const ssize_t written = write(ready[1], &answer, 1);
        pause();
        _exit(0);
    }
    char answer = 0;
    EXPECT_EQ(read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    kill(daemon, SIGKILL);
    waitpid(daemon, nullptr, 0);
    close(ready[0]);
    close(ready[1]);
}

TEST(EmbeddedCluster, TakesOverAfterAKilledDaemon) {
    const TemporaryFolder folder;
    start_and_kill(folder.path() / "postgres", "create table t as select 42 as x");
    const auto next = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_TRUE(next) << describe(next.error());
    EXPECT_EQ(ask((*next)->connection_string("kontor"), "select x from t"), "42");
}

TEST(EmbeddedCluster, RemovesTheSocketFolderThatAKilledDaemonLeftElsewhere) {
    const TemporaryFolder folder;
    const std::filesystem::path deep = folder.path() / std::string(60, 'a') / std::string(60, 'b');
    std::filesystem::create_directories(deep);
    start_and_kill(deep, "select 1");
    std::string left;
    std::getline(std::ifstream(deep / "socket-folder") >> std::ws, left);
    ASSERT_TRUE(std::filesystem::exists(left)) << left;
    {
        const auto next = EmbeddedCluster::start(small(deep));
        ASSERT_TRUE(next) << describe(next.error());
        EXPECT_FALSE(std::filesystem::exists(left));
    }
    EXPECT_FALSE(std::filesystem::exists(deep / "socket-folder"));
}

TEST(EmbeddedCluster, ANoteThatNamesAFolderOfSomebodyElseRemovesNothing) {
    const TemporaryFolder folder;
    const TemporaryFolder other;
    std::filesystem::create_directories(folder.path() / "postgres");
    std::ofstream(folder.path() / "postgres/socket-folder") << other.path().string() << "\n";
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_TRUE(cluster) << describe(cluster.error());
    EXPECT_TRUE(std::filesystem::exists(other.path()));
}

TEST(EmbeddedCluster, IgnoresALockFileThatNamesAnotherProgramSinceAReboot) {
    const TemporaryFolder folder;
    { ASSERT_TRUE(EmbeddedCluster::start(small(folder.path() / "postgres"))); }
    std::ofstream(folder.path() / "postgres/data/postmaster.pid")
        << getpid() << "\n" << (folder.path() / "postgres/data").string() << "\n1\n5432\n/nowhere\n\n  1 1\nready\n";
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
    EXPECT_TRUE(cluster) << describe(cluster.error());
}

TEST(EmbeddedCluster, PutsItsSocketElsewhereWhenTheFolderIsTooLongForOne) {
    const TemporaryFolder folder;
    const std::filesystem::path deep = folder.path() / std::string(60, 'a') / std::string(60, 'b');
    std::string socket;
    {
        std::filesystem::create_directories(deep);
        const auto cluster = EmbeddedCluster::start(small(deep));
        ASSERT_TRUE(cluster) << describe(cluster.error());
        socket = ask((*cluster)->connection_string("kontor"), "show unix_socket_directories");
        EXPECT_TRUE(std::filesystem::exists(socket));
        EXPECT_LT(socket.size(), 90U);
    }
    EXPECT_FALSE(std::filesystem::exists(socket));
}

TEST(EmbeddedCluster, SaysWhatIsMissing) {
    const TemporaryFolder folder;
    ClusterOptions options = small(folder.path() / "postgres");
    options.binaries = folder.path();
    const auto cluster = EmbeddedCluster::start(options);
    ASSERT_FALSE(cluster);
    EXPECT_EQ(cluster.error().kind, ErrorKind::Invalid);
    EXPECT_NE(cluster.error().message.find("postgresql-15"), std::string::npos) << cluster.error().message;
    EXPECT_NE(cluster.error().message.find(folder.path().string()), std::string::npos) << cluster.error().message;
}

TEST(EmbeddedCluster, SaysWhichVersionAnOldFolderNeeds) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path() / "postgres/data");
    std::ofstream(folder.path() / "postgres/data/PG_VERSION") << "9\n";
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "postgres"));
    ASSERT_FALSE(cluster);
    EXPECT_NE(cluster.error().message.find("postgresql-9"), std::string::npos) << cluster.error().message;
}

// A daemon started by root keeps its data in root's home: root passes there, PostgreSQL's account does not.
TEST(EmbeddedCluster, WorksBelowAFolderThatOnlyTheDaemonMayEnter) {
    const TemporaryFolder folder;
    const std::filesystem::path home = folder.path() / "home";
    std::filesystem::create_directories(home);
    std::filesystem::permissions(home, std::filesystem::perms(0700));
    for (int start = 1; start <= 2; ++start) {
        const auto cluster = EmbeddedCluster::start(small(home / "postgres"));
        ASSERT_TRUE(cluster) << describe(cluster.error());
        const std::string kontor = (*cluster)->connection_string("kontor");
        ask(kontor, "create table if not exists t as select 42 as x");
        kill((*cluster)->server_pid(), SIGKILL);
        EXPECT_TRUE(eventually([&] { return (*cluster)->restarts() > 0 && PQping(kontor.c_str()) == PQPING_OK; }));
        EXPECT_EQ(ask(kontor, "select x from t"), "42");
    }
}

TEST(EmbeddedCluster, NamesTheFolderItCannotMake) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "file") << "no folder";
    const auto cluster = EmbeddedCluster::start(small(folder.path() / "file" / "postgres"));
    ASSERT_FALSE(cluster);
    EXPECT_EQ(cluster.error().kind, ErrorKind::Invalid);
    EXPECT_NE(cluster.error().message.find((folder.path() / "file").string()), std::string::npos) << cluster.error().message;
}

}  // namespace
}  // namespace kontor::embedded_pg

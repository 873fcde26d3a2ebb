// ports::Reads: named queries over a small pool of libpqxx connections.
#include "ports/reads.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "store_pg/errors.hpp"
#include "store_pg/queries.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

// One session: connects when it is made, never again by itself (a silent reconnection would lose its settings).
class Session {
 public:
    Session(const std::string& target, Duration statement_max) : connection_(complete(target)) {
        // Deprecated because libpqxx 7 never reconnects by itself; 6 does.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        connection_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
        const auto max = std::chrono::duration_cast<std::chrono::milliseconds>(statement_max).count();
        pqxx::nontransaction work(connection_);
        // Filters that are not given must fold away, so each execution is planned with its own values.
        work.exec(
            "set statement_timeout = " + std::to_string(max) +
            "; set default_transaction_read_only = on; set timezone = 'UTC'; set plan_cache_mode = force_custom_plan;"
            "set jit = off; set idle_in_transaction_session_timeout = '10s'"
        );
    }

    std::string read(const std::string& name, const NamedQuery& query, const std::vector<const char*>& parameters) {
        if (!prepared_.contains(name)) {
            connection_.prepare(name, query.sql);
            prepared_.emplace(name, true);
        }
        pqxx::nontransaction work(connection_);
        const pqxx::result rows = work.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
        return rows.empty() || rows[0][0].is_null() ? "null" : std::string(rows[0][0].c_str(), rows[0][0].size());
    }

 private:
    // libpqxx takes key=value strings and URLs alike and hands them to libpq, so the extra words go in by their syntax.
    static std::string complete(const std::string& target) {
        const bool url = target.find("://") != std::string::npos;
        const std::string words = url ? std::string("application_name=kontor%20reads&connect_timeout=5&tcp_user_timeout=15000")
                                      : std::string("application_name='kontor reads' connect_timeout=5 tcp_user_timeout=15000");
        if (!url) {
            return target + " " + words;
        }
        return target + (target.find('?') == std::string::npos ? "?" : "&") + words;
    }

    pqxx::connection connection_;
    std::map<std::string, bool> prepared_;
};

class PgReads : public ports::Reads {
 public:
    explicit PgReads(ReadsOptions options) : options_(std::move(options)) {}

    Result<std::string> read(std::string_view query, const std::vector<std::optional<std::string>>& params) override {
        const auto found = named_queries().find(query);
        if (found == named_queries().end()) {
            return not_found("reads", "there is no query '" + std::string(query) + "'");
        }
        if (params.size() > static_cast<std::size_t>(found->second.parameters)) {
            return invalid("reads", "'" + found->first + "' takes " + std::to_string(found->second.parameters) + " parameters");
        }
        std::vector<std::optional<std::string>> clean(static_cast<std::size_t>(found->second.parameters));
        std::vector<const char*> views;
        for (std::size_t at = 0; at < clean.size(); ++at) {
            clean[at] = at < params.size() && params[at] ? std::optional(storable(*params[at])) : std::nullopt;
            views.push_back(clean[at] ? clean[at]->c_str() : nullptr);
        }
        Result<std::string> answer = attempt(found->first, found->second, views);
        const bool stale = !answer && answer.error().kind == ErrorKind::Unavailable;
        // A pooled session may have died while it was idle: once more with a new one. Reading twice harms nothing.
        return stale ? attempt(found->first, found->second, views) : answer;
    }

 private:
    Result<std::string> attempt(const std::string& name, const NamedQuery& query, const std::vector<const char*>& params) {
        Result<std::unique_ptr<Session>> borrowed = borrow();
        if (!borrowed) {
            return borrowed.error();
        }
        std::unique_ptr<Session> session = std::move(*borrowed);
        try {
            if (session == nullptr) {
                session = std::make_unique<Session>(options_.target, options_.statement_max);
            }
            std::string answer = session->read(name, query, params);
            give_back(std::move(session));
            return answer;
        } catch (const pqxx::broken_connection& error) {
            forget_idle();  // what broke one has most likely broken all
            give_back(nullptr);
            return translate("", name, error.what());
        } catch (const pqxx::sql_error& error) {
            const bool ended = ends_session(error.sqlstate());
            give_back(ended ? nullptr : std::move(session));
            return translate(error.sqlstate(), name, error.what());
        } catch (const std::exception& error) {
            give_back(nullptr);
            return internal("database " + name, error.what());
        }
    }

    // A pooled session, or null with the right to make one.
    Result<std::unique_ptr<Session>> borrow() {
        std::unique_lock lock(mutex_);
        const auto free = [this] { return busy_ < options_.connections_max; };
        if (!free_.wait_for(lock, options_.statement_max, free)) {
            return unavailable("reads", "all " + std::to_string(options_.connections_max) + " database connections are busy");
        }
        ++busy_;
        if (idle_.empty()) {
            return std::unique_ptr<Session>();
        }
        std::unique_ptr<Session> session = std::move(idle_.back());
        idle_.pop_back();
        return session;
    }

    void give_back(std::unique_ptr<Session> session) {
        {
            const std::lock_guard lock(mutex_);
            --busy_;
            if (session != nullptr) {
                idle_.push_back(std::move(session));
            }
        }
        free_.notify_one();
    }

    void forget_idle() {
        std::vector<std::unique_ptr<Session>> dead;
        const std::lock_guard lock(mutex_);
        dead.swap(idle_);
    }

    const ReadsOptions options_;
    std::mutex mutex_;  // over what follows
    std::condition_variable free_;
    int busy_ = 0;
    std::vector<std::unique_ptr<Session>> idle_;
};

}  // namespace

std::unique_ptr<ports::Reads> make_reads(ReadsOptions options) { return std::make_unique<PgReads>(std::move(options)); }

}  // namespace kontor::store_pg

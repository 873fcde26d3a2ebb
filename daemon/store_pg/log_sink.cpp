// ports::LogSink: lines wait in a bounded queue; a thread writes them in batches on its own connection.
#include "ports/logs.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "store_pg/connection.hpp"
#include "store_pg/row_set.hpp"
#include "store_pg/store_pg.hpp"

namespace kontor::store_pg {
namespace {

// One INSERT takes this many lines at most.
constexpr std::size_t batch_max = 5000;
// A longer line is cut: a log is for people.
constexpr std::size_t line_bytes_max = 16 * 1024;
constexpr Duration last_write_max = std::chrono::seconds(5);
constexpr Duration retry_max = std::chrono::seconds(10);

class PgLogSink : public ports::LogSink {
 public:
    explicit PgLogSink(LogSinkOptions options) : options_(std::move(options)), thread_([this] { write_all(); }) {}

    ~PgLogSink() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            give_up_at_ = std::chrono::steady_clock::now() + last_write_max;
        }
        changed_.notify_all();
        thread_.join();
    }
    PgLogSink(const PgLogSink&) = delete;
    PgLogSink& operator=(const PgLogSink&) = delete;

    void write(ports::LogLine line) override {
        if (line.text.size() > line_bytes_max) {
            line.text.resize(line_bytes_max);
            line.text += " [cut]";
        }
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.size() >= options_.lines_max) {
                drop_oldest_of(line);
            }
            waiting_.push_back(std::move(line));
        }
        changed_.notify_one();
    }

 private:
    // Requires: mutex_ is held. The oldest waiting line of the same attempt goes, else the oldest of all; it is counted.
    void drop_oldest_of(const ports::LogLine& line) {
        auto oldest = waiting_.begin();
        // A talkative attempt is found near the front; a long search would block the task.
        constexpr int look_at = 64;
        int seen = 0;
        for (auto each = waiting_.begin(); each != waiting_.end() && seen < look_at; ++each, ++seen) {
            if (each->task == line.task && each->attempt == line.attempt) {
                oldest = each;
                break;
            }
        }
        dropped_[{oldest->task, oldest->attempt}] += 1;
        waiting_.erase(oldest);
    }

    std::vector<ports::LogLine> take(std::unique_lock<std::mutex>& lock) {
        changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (!stopping_) {
            // A moment's patience makes batches; the wait ends early only for the end.
            changed_.wait_for(lock, options_.every, [this] { return stopping_ || waiting_.size() >= batch_max; });
        }
        std::vector<ports::LogLine> batch;
        for (const auto& [attempt, count] : dropped_) {
            const Instant at = waiting_.empty() ? Instant{} : waiting_.front().at;
            batch.push_back({attempt.first, attempt.second, at, "warn", std::to_string(count) + " lines were not kept: they came faster than they could be written"});
        }
        dropped_.clear();
        while (!waiting_.empty() && batch.size() < batch_max) {
            batch.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        return batch;
    }

    void write_all() {
        std::unique_lock lock(mutex_);
        for (;;) {
            const std::vector<ports::LogLine> batch = take(lock);
            if (batch.empty() && stopping_) {
                return;
            }
            lock.unlock();
            Duration wait = options_.every;
            Result<void> written = insert(batch);
            while (!written && written.error().kind != ErrorKind::Invalid) {
                lock.lock();
                const bool late = stopping_ && std::chrono::steady_clock::now() >= give_up_at_;
                if (!late) {
                    changed_.wait_for(lock, wait, [this] { return stopping_; });
                }
                lock.unlock();
                if (late) {
                    break;
                }
                wait = std::min(wait * 2, retry_max);
                written = insert(batch);
            }
            if (!written) {
                spdlog::error("{} task log lines were not written: {}", batch.size(), describe(written.error()));
            }
            lock.lock();
        }
    }

    Result<void> insert(const std::vector<ports::LogLine>& batch) {
        if (batch.empty()) {
            return {};
        }
        if (connection_ == nullptr || !connection_->usable()) {
            auto opened = Connection::open({options_.target, "kontor logs", "set statement_timeout = '10s'; set synchronous_commit = off"});
            if (!opened) {
                return opened.error();
            }
            connection_ = std::move(*opened);
        }
        RowSet rows(
            "task_log",
            "insert into task_log (task, attempt, at, level, text)"
            " select task, attempt, at, level, text from unnest($1, $2, $3, $4, $5) with ordinality"
            " as u(task, attempt, at, level, text, n) order by n",
            {ColumnType::Int8, ColumnType::Int4, ColumnType::Timestamptz, ColumnType::Text, ColumnType::Text}
        );
        for (const ports::LogLine& line : batch) {
            rows.row(line.task, line.attempt, line.at, line.level, line.text);
        }
        std::vector<Step> steps;
        rows.append_to(steps);
        for (const auto& [attempt, newest] : overlong(batch)) {
            steps.push_back(leave_out_middle(attempt.first, attempt.second, newest));
        }
        return connection_->transaction(steps);
    }

    using Attempt = std::pair<std::int64_t, int>;  // task and attempt

    // Whose log has grown by another tail since it was last cut, with the number of its newest line: a talkative attempt
    // has no more than the head and two tails of rows, and is cut once in a tail of lines.
    static std::map<Attempt, std::int64_t> overlong(const std::vector<ports::LogLine>& batch) {
        const auto tails = [](std::int64_t number) { return (number - ports::log_head_lines) / ports::log_tail_lines; };
        std::map<Attempt, std::pair<std::int64_t, std::int64_t>> written;  // the first and the last number in this batch
        for (const ports::LogLine& line : batch) {
            if (line.number > ports::log_head_lines) {
                const auto [at, fresh] = written.try_emplace({line.task, line.attempt}, line.number, line.number);
                at->second.second = std::max(at->second.second, line.number);
            }
        }
        std::map<Attempt, std::int64_t> found;
        for (const auto& [attempt, numbers] : written) {
            if (tails(numbers.second) > std::max<std::int64_t>(tails(numbers.first - 1), 1)) {
                found.emplace(attempt, numbers.second);
            }
        }
        return found;
    }

    // The row behind the head becomes the line that tells of the others between head and tail.
    static Step leave_out_middle(std::int64_t task, int attempt, std::int64_t newest) {
        static const std::string head = std::to_string(ports::log_head_lines);
        static const std::string tail = std::to_string(ports::log_tail_lines);
        const std::string told = std::to_string(newest - ports::log_head_lines - ports::log_tail_lines) +
                                 " lines are left out here: of an attempt's log the first " + head + " and at least the last " + tail + " are kept";
        return {
            "log_middle",
            "with gap as ("
            "  select (select line from task_log where task = $1 and attempt = $2 order by line offset " + head + " limit 1) as first,"
            "         (select line from task_log where task = $1 and attempt = $2 order by line desc offset " + tail + " - 1 limit 1) as tail"
            "), told as ("
            "  update task_log set level = 'warn', text = $3 from gap where task = $1 and attempt = $2 and line = gap.first and gap.first < gap.tail"
            ") delete from task_log using gap where task = $1 and attempt = $2 and line > gap.first and line < gap.tail",
            {parameter(task), parameter(std::int64_t{attempt}), parameter(told)},
        };
    }

    const LogSinkOptions options_;
    std::unique_ptr<Connection> connection_;  // the thread's own
    std::mutex mutex_;                        // over what follows
    std::condition_variable changed_;
    std::deque<ports::LogLine> waiting_;
    std::map<std::pair<std::int64_t, int>, std::int64_t> dropped_;
    bool stopping_ = false;
    std::chrono::steady_clock::time_point give_up_at_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<ports::LogSink> make_log_sink(LogSinkOptions options) {
    return std::make_unique<PgLogSink>(std::move(options));
}

}  // namespace kontor::store_pg

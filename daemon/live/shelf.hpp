// The models in force, opened when they are first asked for and kept; exchanged when a country's winner, code list or threshold
// changes. The least used goes when there are too many or they are too large together.
// Thread: any. A country's model is opened by one thread at a time, and the others of that country wait.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "base/time.hpp"
#include "live/loaded.hpp"
#include "ports/object_store.hpp"
#include "ports/reads.hpp"

namespace kontor::live {

struct ShelfLimits {
    std::size_t models_max = 64;
    std::int64_t bytes_max = std::int64_t{2} << 30U;  // of model files; in memory a model is about as large
    // So soon after a winner is in force it answers.
    Duration refresh = std::chrono::seconds(1);
};

// Puts on record that objects of a country were opened. Errors: whatever keeps it from being recorded.
using Record = std::function<Result<void>(const std::string& country, std::vector<sdk::Effect> opened)>;

class Shelf {
 public:
    Shelf(ports::ObjectStore& objects, ports::Reads& reads, Record record, ShelfLimits limits);
    ~Shelf();
    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;

    // Errors: Conflict (no model in force yet), Unavailable, Invalid (the model cannot be opened).
    Result<LoadedPtr> get(const std::string& country);
    std::size_t models() const;
    std::int64_t bytes() const;
    std::uint64_t opened() const;

 private:
    struct Slot {
        std::mutex opening;
        LoadedPtr loaded;      // guarded by mutex_
        std::uint64_t used = 0;  // guarded by mutex_
    };
    Result<std::vector<Setup>> read_setups(const std::string& countries);
    Result<LoadedPtr> open(const Setup& setup);
    LoadedPtr look(Slot& slot);
    void put(Slot& slot, LoadedPtr loaded);
    void shrink();
    void refresh();
    void keep_fresh();

    ports::ObjectStore& objects_;
    ports::Reads& reads_;
    const Record record_;
    const ShelfLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, std::shared_ptr<Slot>> slots_;
    std::uint64_t uses_ = 0;
    std::uint64_t opened_ = 0;
    bool stopping_ = false;
    std::thread keeper_;
};

}  // namespace kontor::live

// A task that takes the whole daemon down, for kontor_crashing: Kontor as it is, with this one task more.
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "app/task_registry.hpp"

namespace {

using kontor::sdk::Outcome;

int nowhere_read() {
    volatile int* volatile nowhere = nullptr;
    return *nowhere;
}

class CrashTask final : public kontor::sdk::Task {
 public:
    Outcome run(kontor::sdk::TaskContext& context) override {
        const std::string how = kontor::sdk::text_input_or(context.input(), "how", "");
        if (how == "segv") {
            nowhere_read();
        } else if (how == "thread") {
            std::thread(nowhere_read).join();
        } else if (how == "abort") {
            std::abort();
        } else if (how == "throw") {
            std::thread([] { throw std::runtime_error("nobody catches this"); }).join();
        } else {
            // Long enough to be seen beside one that crashes.
            std::mutex mutex;
            std::condition_variable_any never;
            std::unique_lock lock(mutex);
            never.wait_for(lock, context.stop(), std::chrono::milliseconds(20), [] { return false; });
            context.stop_point();
        }
        return kontor::sdk::Succeeded{};
    }
};

[[maybe_unused]] const bool known = kontor::app::with_tasks([](kontor::sdk::TaskRegistry& all) {
    kontor::sdk::TaskType type;
    type.name = "test.crash";
    type.summary = "Takes the daemon down, in one of several ways.";
    type.input_schema = kontor::sdk::JsonObject{
        {"type", "object"}, {"properties", kontor::sdk::JsonObject{{"how", kontor::sdk::JsonObject{{"type", "string"}}}}}
    };
    type.pool = kontor::sdk::Pool::Io;
    type.make = [] { return std::make_unique<CrashTask>(); };
    all.add(std::move(type));
});

}  // namespace

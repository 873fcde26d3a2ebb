// Chunks through threads, in order: each thread takes the next chunk, works on it alone, and gives it on when its turn has come.
// What is given does not depend on the number of threads, and no more than one chunk per thread is in memory.
// Thread: the caller's is one of them; the others are joined before it returns.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kontor::tasks::model {

template <class Chunk>
struct Stages {
    std::function<bool(Chunk&)> take;  // one at a time; false when there is no more
    std::function<void(Chunk&)> work;  // any number at once
    std::function<void(Chunk&)> give;  // one at a time, in the order in which they were taken
};

// Errors: what a stage throws, the earliest chunk's first; later chunks are not given then.
template <class Chunk>
void in_turn(int threads, const Stages<Chunk>& stages) {
    std::mutex taking;
    std::size_t taken = 0;  // with `taking`
    bool ended = false;     // with `taking`
    std::mutex giving;
    std::condition_variable given;
    std::size_t turn = 0;      // with `giving`
    std::exception_ptr fault;  // with `giving`: turns end here
    const auto take = [&](Chunk& chunk, std::size_t& number) {
        const std::lock_guard lock(taking);
        number = taken;
        if (ended) {
            return false;
        }
        ended = true;  // stays so when take() throws
        ended = !stages.take(chunk);
        taken += ended ? 0 : 1;
        return !ended;
    };
    const auto wait_for_turn = [&](std::unique_lock<std::mutex>& lock, std::size_t number) {
        given.wait(lock, [&] { return turn == number || fault != nullptr; });
        return fault == nullptr;
    };
    const auto end_taking = [&] {
        const std::lock_guard lock(taking);
        ended = true;
    };
    const auto loop = [&] {
        Chunk chunk;
        std::size_t number = 0;
        try {
            while (take(chunk, number)) {
                stages.work(chunk);
                std::unique_lock lock(giving);
                if (!wait_for_turn(lock, number)) {
                    return;
                }
                stages.give(chunk);
                ++turn;
                given.notify_all();
            }
        } catch (...) {
            end_taking();
            std::unique_lock lock(giving);
            // Those before may still have something to say.
            if (wait_for_turn(lock, number)) {
                fault = std::current_exception();
                given.notify_all();
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (int i = 1; i < threads; ++i) {
            others.emplace_back(loop);
        }
        loop();
    }
    if (fault) {
        std::rethrow_exception(fault);
    }
}

}  // namespace kontor::tasks::model

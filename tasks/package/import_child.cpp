#include "tasks/package/import_child.hpp"

#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <csignal>
#include <new>
#include <system_error>

#include "tasks/exec/child.hpp"
#include "tasks/ml/model_file.hpp"
#include "tasks/package/sandbox.hpp"

namespace kontor::tasks::package {
namespace {

using exec::ChildEnd;
using sdk::FailureClass;
using sdk::TaskFailure;

// A package of the largest size unpacked, its trees taken apart, and the model made of it.
constexpr std::int64_t memory_bytes_max = std::int64_t{6} << 30U;
constexpr std::int64_t cpu_seconds_max = 600;
constexpr std::chrono::minutes time_max{15};
// The answer is the model file and a line before it.
constexpr std::size_t answer_bytes_max = package_bytes_max + (std::size_t{64} << 20U);

std::string read_all(int fd) {
    std::string bytes;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got == 0) {
            return bytes;
        }
        if (got < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category());
        }
        bytes.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(put > 0 ? static_cast<std::size_t>(put) : 0);
    }
    return true;
}

int answer(const sdk::JsonObject& head, std::string_view bytes) {
    return write_all(STDOUT_FILENO, boost::json::serialize(head) + "\n") && write_all(STDOUT_FILENO, bytes) ? 0 : 1;
}

int refuse(const std::string& reason) { return answer({{"fault", reason}}, {}); }

[[noreturn]] void died(const ChildEnd& end) {
    if (end.how == ChildEnd::How::NotStarted) {
        throw TaskFailure(FailureClass::Transient, "the process that reads packages cannot be started: " + std::generic_category().message(end.error));
    }
    if (end.timed_out || (end.how == ChildEnd::How::Signalled && (end.code == SIGXCPU || end.code == SIGKILL))) {
        throw TaskFailure(FailureClass::Data, "the package was not read within " + std::to_string(cpu_seconds_max / 60) + " minutes of computing, or it took more memory than there is: nothing of it is kept");
    }
    const std::string how = end.how == ChildEnd::How::Signalled ? "by signal " : "with status ";
    throw TaskFailure(
        FailureClass::Data, "the package is broken: the process that read it was ended " + how + std::to_string(end.code) + ". Nothing of it is kept, and nothing else was touched"
    );
}

Unpacked understood(std::string_view answer, const ChildEnd& end) {
    const std::size_t line = answer.find('\n');
    boost::system::error_code error;
    const sdk::Json head = line == std::string_view::npos ? sdk::Json() : boost::json::parse(answer.substr(0, line), error);
    const auto text = [&](const char* name) {
        const sdk::Json* value = head.get_object().if_contains(name);
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    if (error || !head.is_object()) {
        died(end);
    }
    if (const std::string fault = text("fault"); !fault.empty()) {
        throw TaskFailure(FailureClass::Data, fault);
    }
    if (const sdk::Json* list = head.get_object().if_contains("list")) {
        return {std::string(answer.substr(line + 1)), text("family"), *list, text("probed")};
    }
    died(end);
}

}  // namespace

Unpacked unpack_in_child(std::string_view tar, const std::string& program, const std::stop_token& stop) {
    exec::ChildSpec spec;
    spec.program = program;
    spec.arguments = {std::string(child_command)};
    spec.environment = {"LC_ALL=C.UTF-8", "OMP_NUM_THREADS=1"};
    spec.folder = "/";
    spec.input = tar;
    spec.limits = {memory_bytes_max, cpu_seconds_max, 1};
    spec.timeout = time_max;
    spec.grace = std::chrono::seconds(1);
    std::string told;
    const ChildEnd end = exec::run_child(
        spec, stop,
        [&told](std::string_view bytes) {
            // What is too long is no answer.
            told.append(bytes.substr(0, answer_bytes_max - std::min(told.size(), answer_bytes_max)));
        },
        [](std::string_view /*what XGBoost says*/) {}
    );
    if (end.stopped) {
        throw sdk::TaskInterrupted();
    }
    if (end.how != ChildEnd::How::Exited || end.code != 0 || end.timed_out) {
        died(end);
    }
    Unpacked unpacked = understood(told, end);
    ml::open_model_file(unpacked.bytes);
    return unpacked;
}

int run_import_child() {
    try {
        const std::string tar = read_all(STDIN_FILENO);
        if (const std::string fault = enter_sandbox(); !fault.empty()) {
            return refuse("this system cannot lock the process in that reads packages (seccomp: " + fault + "): import the model where it can");
        }
        const Unpacked unpacked = unpack_model(tar);
        return answer({{"family", unpacked.family}, {"list", unpacked.list}, {"probed", unpacked.probed}}, unpacked.bytes);
    } catch (const TaskFailure& failure) {
        return refuse(failure.reason());
    } catch (const std::bad_alloc& /*whatever was too large*/) {
        return refuse("the package takes more memory than " + std::to_string(memory_bytes_max >> 30U) + " GiB");
    } catch (const std::exception& fault) {
        return refuse(std::string("the package is broken: ") + fault.what());
    }
}

}  // namespace kontor::tasks::package

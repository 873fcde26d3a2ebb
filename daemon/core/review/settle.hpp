// What becomes of an item under review when people have spoken: one person's word, two people's same word, or after two
// words that differ (or a "cannot say") the word of another. Pure; a fold over what was said, in its order, so that taking
// a word back is settling without it. Thread: any. Owner: none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kontor::core::review {

enum class Verdict {
    Code,       // it is this code
    Excluded,   // the law does not know such an item: it is not reported under any code
    CannotSay,
};
enum class State {
    Open,      // nobody has spoken
    Second,    // one person has; another one is to say the same without knowing it
    Disputed,  // two differ, or one cannot say: another person's word holds
    Decided,
};
std::string_view to_string(Verdict verdict);
std::optional<Verdict> verdict_from(std::string_view text);
std::string_view to_string(State state);

struct Word {
    Verdict verdict = Verdict::CannotSay;
    std::string code;  // empty unless the verdict is Code
    friend bool operator==(const Word&, const Word&) = default;
};
struct Settled {
    State state = State::Open;
    Word word;  // of a decided item
};
// `looks`: how many people must agree from the start, 1 or 2.
Settled settle(int looks, std::span<const Word> said);

}  // namespace kontor::core::review

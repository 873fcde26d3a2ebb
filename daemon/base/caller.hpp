// Who asks for something, and how far that person's or program's word reaches: a name, a role, and countries.
// Made in one place only (http/auth.cpp) from a known token; from there it goes down to the engine's commands.
// Thread: any; plain values. The zero values may do nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor {

// Ordered: who has a role may do what all lower ones may.
enum class Role {
    None,      // nothing
    Viewer,    // look
    Operator,  // start, cancel, redrive, pause
    Reviewer,  // decide about single items and approvals, too
    Admin,     // definitions, tokens, keys, the record
};

std::string_view to_string(Role role);
// nullopt: no such role; "none" is none that could be given.
std::optional<Role> role_from_text(std::string_view text);

class Countries {
  public:
    Countries() = default;  // none
    static Countries all();
    // Two capital letters each.
    static Countries of(std::vector<std::string> list);

    bool is_all() const { return all_; }
    // The empty text, what belongs to no country, is only in "all".
    bool contains(std::string_view country) const;
    bool contain_all_of(const std::vector<std::string>& list) const;
    Countries common_with(const Countries& others) const;
    const std::vector<std::string>& list() const { return list_; }  // sorted; empty when all
    // As the read queries take it: "DE,FR"; nullopt: all. No country at all is the empty text, which matches nothing.
    std::optional<std::string> filter() const;

    friend auto operator<=>(const Countries&, const Countries&) = default;

  private:
    bool all_ = false;
    std::vector<std::string> list_;
};

struct Caller {
    std::string name;       // of the token: a person or a program; "folder", "schedule": the daemon itself
    Role role = Role::None;
    Countries countries;
    std::int64_t token = 0;  // 0: the one of the first start, or none

    // The daemon itself, on behalf of `name`.
    static Caller house(std::string name);
};

}  // namespace kontor

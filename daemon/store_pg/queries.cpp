#include "store_pg/queries.hpp"

#include <algorithm>
#include <charconv>

#include "base/check.hpp"
#include "store_pg/embedded_sql.hpp"

namespace kontor::store_pg {
namespace {

constexpr std::string_view mark = "-- name: ";

int highest_parameter(std::string_view sql) {
    int highest = 0;
    for (std::size_t at = sql.find('$'); at != std::string_view::npos; at = sql.find('$', at + 1)) {
        int number = 0;
        std::from_chars(sql.data() + at + 1, sql.data() + sql.size(), number);
        highest = std::max(highest, number);
    }
    return highest;
}

std::map<std::string, NamedQuery, std::less<>> parse_all() {
    std::map<std::string, NamedQuery, std::less<>> found;
    for (const SqlFile& file : embedded_queries()) {
        std::size_t start = file.text.find(mark);
        while (start != std::string_view::npos) {
            const std::size_t name_at = start + mark.size();
            const std::size_t line_end = file.text.find('\n', name_at);
            const std::size_t next = file.text.find(mark, line_end);
            const std::string_view sql = file.text.substr(line_end + 1, next == std::string_view::npos ? next : next - line_end - 1);
            const auto added = found.emplace(
                file.text.substr(name_at, line_end - name_at), NamedQuery{std::string(sql), highest_parameter(sql)}
            );
            KONTOR_CHECK(added.second);
            start = next;
        }
    }
    return found;
}

}  // namespace

const std::map<std::string, NamedQuery, std::less<>>& named_queries() {
    static const auto all = parse_all();
    return all;
}

}  // namespace kontor::store_pg

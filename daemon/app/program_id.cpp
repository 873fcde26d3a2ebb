#include "app/program_id.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

namespace kontor::app {
namespace {

constexpr std::size_t align(std::size_t bytes) { return (bytes + 3) / 4 * 4; }

// The notes of one segment: name and content, each padded to four bytes (elf(5), "Notes").
std::string build_id_in(const char* at, const char* end) {
    while (at + sizeof(ElfW(Nhdr)) <= end) {
        ElfW(Nhdr) note{};
        std::memcpy(&note, at, sizeof(note));
        const char* const name = at + sizeof(note);
        const char* const content = name + align(note.n_namesz);
        if (content + note.n_descsz > end) {
            break;
        }
        if (note.n_type == NT_GNU_BUILD_ID && std::string_view(name, note.n_namesz) == std::string_view("GNU", 4)) {
            constexpr std::string_view digits = "0123456789abcdef";
            std::string text;
            for (const char* byte = content; byte != content + note.n_descsz; ++byte) {
                text += digits[static_cast<unsigned char>(*byte) >> 4U];
                text += digits[static_cast<unsigned char>(*byte) & 15U];
            }
            return text;
        }
        at = content + align(note.n_descsz);
    }
    return "";
}

}  // namespace

std::string program_id(const std::string& otherwise) {
    std::string found;
    // The program itself is told first; its libraries are not asked.
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t /*size*/, void* into) {
            for (int n = 0; n < info->dlpi_phnum; ++n) {
                const ElfW(Phdr)& segment = info->dlpi_phdr[n];
                if (segment.p_type == PT_NOTE && static_cast<std::string*>(into)->empty()) {
                    // The loader has mapped it there.
                    const char* const from = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
                    *static_cast<std::string*>(into) = build_id_in(from, from + segment.p_memsz);
                }
            }
            return 1;
        },
        &found
    );
    return found.empty() ? otherwise : found;
}

}  // namespace kontor::app

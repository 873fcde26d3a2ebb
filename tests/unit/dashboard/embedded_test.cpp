#include "dashboard/embedded.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace kontor::dashboard {
namespace {

TEST(Embedded, RootIsTheIndexPage) {
    const auto* root = find("/");
    ASSERT_NE(root, nullptr);
    EXPECT_EQ(root, find("/index.html"));
    EXPECT_EQ(root->content_type, "text/html; charset=utf-8");
    EXPECT_NE(root->bytes.find("<div id=\"app\">"), std::string_view::npos);
}

TEST(Embedded, EveryFileThatThePageNamesIsThere) {
    const std::string page(find("/")->bytes);
    int named = 0;
    for (const std::string_view mark : {"src=\"", "href=\""}) {
        for (auto at = page.find(mark); at != std::string::npos; at = page.find(mark, at)) {
            at += mark.size();
            const auto path = page.substr(at, page.find('"', at) - at);
            EXPECT_NE(find(path), nullptr) << path;
            ++named;
        }
    }
    EXPECT_GE(named, 2);
}

TEST(Embedded, PageHasNoInlineScriptOrStyle) {
    const auto page = find("/")->bytes;
    EXPECT_EQ(page.find("<style"), std::string_view::npos);
    EXPECT_EQ(page.find(" style="), std::string_view::npos);
    for (auto at = page.find("<script"); at != std::string_view::npos; at = page.find("<script", at + 1)) {
        const auto tag = page.substr(at, page.find('>', at) - at);
        EXPECT_NE(tag.find("src=\"/"), std::string_view::npos) << tag;
    }
}

TEST(Embedded, CarriesTheLicencesOfItsPackages) {
    const auto* licenses = find("/licenses.txt");
    ASSERT_NE(licenses, nullptr);
    EXPECT_NE(licenses->bytes.find("preact"), std::string_view::npos);
    EXPECT_NE(licenses->bytes.find("MIT License"), std::string_view::npos);
}

TEST(Embedded, UnknownPathsAreNotFound) {
    EXPECT_EQ(find(""), nullptr);
    EXPECT_EQ(find("/index.htm"), nullptr);
    EXPECT_EQ(find("/../index.html"), nullptr);
    EXPECT_EQ(find("/zzz", true), nullptr);
}

TEST(Embedded, GzipFormIsSmallerAndHasItsOwnTag) {
    int packed = 0;
    for (const auto& file : files()) {
        const auto* other = find(file.path, true);
        ASSERT_NE(other, nullptr);
        EXPECT_FALSE(file.gzip);
        if (!other->gzip) continue;
        ++packed;
        EXPECT_LT(other->bytes.size(), file.bytes.size());
        EXPECT_EQ(other->bytes.substr(0, 2), "\x1f\x8b");
        EXPECT_NE(other->etag, file.etag);
    }
    EXPECT_GE(packed, 1);
}

TEST(Embedded, TagsAreQuotedAndDiffer) {
    std::set<std::string_view> tags;
    for (const auto& file : files()) {
        EXPECT_EQ(file.etag.front(), '"');
        EXPECT_EQ(file.etag.back(), '"');
        EXPECT_TRUE(tags.insert(file.etag).second) << file.path;
        EXPECT_EQ(file.immutable, file.path.starts_with("/assets/"));
    }
}

}  // namespace
}  // namespace kontor::dashboard

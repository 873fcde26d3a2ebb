#include "spec/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/limits.hpp"

namespace kontor::spec {
namespace {

// Leaves the parser from inside an event; caught in read_yaml only.
struct Refused {
    std::size_t offset;
    std::string message;
    std::string hint;
};

class TreeBuilder : public YAML::EventHandler {
 public:
    explicit TreeBuilder(Diagnostics& out) : out_(out) {}

    YamlPtr root() const { return root_; }
    int documents() const { return documents_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            throw Refused{at(mark), "a second document begins here", "a file holds one workflow; remove the '---'"};
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        auto node = make(mark, YamlNode::Kind::Null);
        // A value that is not written has the mark of whatever comes next: its key says more.
        if (!stack_.empty() && stack_.back().has_key) {
            node->offset = stack_.back().entry.key_offset;
        }
        finish(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            throw Refused{at(mark), "this alias stands inside what it refers to", "write the value out"};
        }
        attach(found->second, at(mark));
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        refuse_tag(mark, tag);
        auto node = make(mark, YamlNode::Kind::Scalar);
        node->plain = tag == "?";
        node->text = value;
        if (!node->plain) {
            expect_closed(node->offset);
        }
        finish(std::move(node), anchor);
    }

    void OnSequenceStart(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/
    ) override {
        open(mark, tag, anchor, YamlNode::Kind::List);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/
    ) override {
        open(mark, tag, anchor, YamlNode::Kind::Map);
    }
    void OnMapEnd() override { close(); }

 private:
    struct Frame {
        std::shared_ptr<YamlNode> node;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        YamlEntry entry{};
    };

    static std::size_t at(const YAML::Mark& mark) { return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos); }

    static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") {
            throw Refused{at(mark), "tags (" + storable(tag.substr(0, 60)) + ") are not allowed", "remove it; quote the value to make it a text"};
        }
    }

    // At the end of the file the parser takes a quote that was never closed for closed.
    void expect_closed(std::size_t offset) const {
        const std::string_view text = out_.text();
        std::size_t i = offset;
        if (i < text.size() && text[i] == '&') {
            i = std::min(text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", i)), text.size());
        }
        const char quote = i < text.size() ? text[i] : '\0';
        if (quote != '\'' && quote != '"') {
            return;
        }
        for (++i; i < text.size(); ++i) {
            if (quote == '"' && text[i] == '\\') {
                ++i;
            } else if (text[i] == quote) {
                return;
            }
        }
        throw Refused{offset, std::string("the text has no closing ") + quote, ""};
    }

    std::shared_ptr<YamlNode> make(const YAML::Mark& mark, YamlNode::Kind kind) {
        if (++nodes_ > yaml_nodes_max) {
            throw too_large(at(mark));
        }
        auto node = std::make_shared<YamlNode>();
        node->kind = kind;
        node->offset = at(mark);
        return node;
    }

    static Refused too_large(std::size_t offset) {
        return {offset, "the workflow has more than " + std::to_string(yaml_nodes_max) + " values, aliases counted in full", ""};
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
        refuse_tag(mark, tag);
        if (stack_.size() >= static_cast<std::size_t>(yaml_depth_max)) {
            throw too_deep(at(mark));
        }
        if (!stack_.empty() && stack_.back().node->kind == YamlNode::Kind::Map && !stack_.back().has_key) {
            throw Refused{at(mark), "a key must be a name, not a list or a map", "quote texts that begin with { or ["};
        }
        stack_.push_back({make(mark, kind), anchor});
    }

    static Refused too_deep(std::size_t offset) {
        return {offset, "this nests deeper than " + std::to_string(yaml_depth_max) + " levels", ""};
    }

    void close() {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        finish(std::move(frame.node), frame.anchor);
    }

    void finish(std::shared_ptr<YamlNode> node, YAML::anchor_t anchor) {
        const std::size_t offset = node->offset;
        YamlPtr done = std::move(node);
        if (anchor != 0) {
            anchors_[anchor] = done;
        }
        attach(done, offset);
    }

    void attach(const YamlPtr& node, std::size_t offset) {
        if (stack_.empty()) {
            root_ = node;
            return;
        }
        Frame& frame = stack_.back();
        YamlNode& parent = *frame.node;
        parent.weight += node->weight;
        parent.depth = std::max(parent.depth, node->depth + 1);
        if (parent.weight > yaml_nodes_max) {
            throw too_large(offset);
        }
        if (parent.depth > yaml_depth_max) {
            throw too_deep(offset);
        }
        if (parent.kind == YamlNode::Kind::List) {
            parent.items.push_back(node);
        } else if (frame.has_key) {
            frame.entry.value = node;
            parent.entries.push_back(std::move(frame.entry));
            frame.entry = {};
            frame.has_key = false;
        } else {
            take_key(frame, *node, offset);
        }
    }

    void take_key(Frame& frame, const YamlNode& key, std::size_t offset) {
        if (key.kind != YamlNode::Kind::Scalar) {
            throw Refused{offset, "a key must be a name", "quote the key if it is meant to be a text"};
        }
        if (key.plain && key.text == "<<") {
            throw Refused{offset, "merge keys (<<) are not allowed", "write the values out, or put them under 'defaults'"};
        }
        if (const YamlEntry* before = frame.node->find(key.text)) {
            const std::string_view head = out_.text().substr(0, before->key_offset);
            const auto line = 1 + std::count(head.begin(), head.end(), '\n');
            out_.add(offset, "the key '" + key.text + "' stands twice", "it stands in line " + std::to_string(line) + " already");
        }
        frame.entry.key = key.text;
        frame.entry.key_offset = offset;
        frame.has_key = true;
    }

    Diagnostics& out_;
    std::vector<Frame> stack_;
    std::map<YAML::anchor_t, YamlPtr> anchors_;
    YamlPtr root_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

// What the parser would accept, cut short or turn into something else without a word.
bool check_bytes(std::string_view text, Diagnostics& out) {
    if (text.size() > limits::workflow_bytes_max) {
        out.add(0, "the file is larger than " + std::to_string(limits::workflow_bytes_max / 1024) + " KiB");
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
            out.add(i, "the byte " + std::to_string(c) + " (a control character) is not allowed");
            return false;
        }
    }
    if (!is_valid_utf8(text)) {
        std::size_t valid = 0;
        for (std::size_t length = 1; length <= 4 && valid < text.size();) {
            const bool good = valid + length <= text.size() && is_valid_utf8(text.substr(valid, length));
            valid += good ? length : 0;
            length = good ? 1 : length + 1;
        }
        out.add(valid, "this is not valid UTF-8", "save the file as UTF-8");
        return false;
    }
    return true;
}

// What the parser's own words leave open.
std::string hint_for(std::string_view fault) {
    const bool flow = fault.find("flow") != std::string_view::npos;
    return flow ? "close the '{' or '['; inside of them ${{ ... }} and texts with any of {}[], need quotes" : "";
}

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
    for (const YamlEntry& entry : entries) {
        if (entry.key == key) {
            return &entry;
        }
    }
    return nullptr;
}

YamlPtr read_yaml(std::string_view text, Diagnostics& out) {
    if (!check_bytes(text, out)) {
        return nullptr;
    }
    TreeBuilder builder(out);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Refused& refused) {
        out.add(refused.offset, refused.message, refused.hint);
        return nullptr;
    } catch (const YAML::Exception& fault) {
        const bool known = !fault.mark.is_null() && fault.mark.pos >= 0;
        out.add(known ? static_cast<std::size_t>(fault.mark.pos) : text.size(), "this is not valid YAML: " + fault.msg, hint_for(fault.msg));
        return nullptr;
    }
    if (builder.root() == nullptr || builder.root()->kind == YamlNode::Kind::Null) {
        out.add(0, "the file is empty", "a workflow begins with 'workflow: <name>'");
        return nullptr;
    }
    return builder.root();
}

}  // namespace kontor::spec

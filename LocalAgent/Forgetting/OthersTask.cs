using System.Text;
using VaultKit.Vault;

namespace LocalAgent.Forgetting;

/// <summary>
/// A task of somebody else's that mentions the person. Where nothing was approved in it, all mentions go. Where something was, what the owner signed stays as it is, since the signature would hold no more; the rest
/// of the file is changed.
/// </summary>
static class OthersTask
{
    /// <returns>The file without the mentions; and whether one had to stay.</returns>
    public static (byte[] Bytes, bool Stays) Without(Person person, byte[] bytes)
    {
        TaskFile task;
        try { task = TaskFile.Parse(bytes); }
        catch (BadTaskException) { return (Encoding.UTF8.GetBytes(person.Without(Encoding.UTF8.GetString(bytes))), false); } // no task, nothing signed
        var isApproved = task.Has(Approval.Key);
        foreach (var key in Keys(task))
        {
            var isAction = TypedAction.Keys.Contains(key);
            if (isApproved && isAction) continue;
            if (task.Get(key) is { } value)
            {
                if (person.IsIn(value)) task = task.With(key, person.Without(value));
            }
            // Nothing goes to a word: from what is to be sent an address is taken out.
            else if (task.GetList(key) is var list && list.Any(person.IsIn)) task = task.With(key, isAction ? [.. list.Where(l => !person.IsIn(l))] : [.. list.Select(l => person.Is(l) ? Person.Word : person.Without(l))]);
        }
        var text = task.ToString();
        // What is left is prose: heading and notes, the draft, the original; and comments between the keys.
        var body = text.IndexOf("\n---", StringComparison.Ordinal) is var fence && fence < 0 ? 0 : fence;
        var (head, rest) = (text[..body], text[body..]);
        if (isApproved && task.Draft is { } draft && person.IsIn(draft) && rest.IndexOf("\n## Draft", StringComparison.Ordinal) is >= 0 and var from)
        {
            var to = rest.IndexOf("\n## Original", from, StringComparison.Ordinal) is >= 0 and var original ? original : rest.Length;
            rest = person.Without(rest[..from]) + rest[from..to] + person.Without(rest[to..]);
        }
        else rest = person.Without(rest);
        var result = head + rest;
        return (Encoding.UTF8.GetBytes(result), person.IsIn(result));
    }

    static List<string> Keys(TaskFile task)
    {
        var text = task.ToString();
        var end = text.IndexOf("\n---", StringComparison.Ordinal);
        return [.. text[..Math.Max(0, end)].Split('\n').Where(l => l.Length > 0 && l[0] is not (' ' or '#' or '-') && l.Contains(':')).Select(l => l[..l.IndexOf(':')].Trim('"', '\''))];
    }
}

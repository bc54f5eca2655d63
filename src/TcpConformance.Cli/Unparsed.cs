using System.CommandLine;
using System.CommandLine.Parsing;

namespace TcpConformance.Cli;

/// <summary>Says what is wrong with words that no verb takes.</summary>
internal static class Unparsed
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>One line that says what to do.</summary>
    internal static string Why(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] verbs = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        // A command that only has others below it takes no other word.
        if (parsed.UnmatchedTokens.Count > 0 && verbs.Length > 0 && command.Arguments.Count == 0)
        {
            string word = parsed.UnmatchedTokens[0];
            return word.StartsWith('-')
                ? Unknown(word, parsed.CommandResult)
                : $"no command is called '{word}'; there are {string.Join(", ", verbs)}";
        }
        return $"{parsed.Errors[0].Message} See '{FullName(parsed.CommandResult)} --help'.";
    }

    /// <summary>What was parsed, but no verb can use; null: there is nothing of the kind.</summary>
    internal static string? WhatNoVerbTakes(ParseResult parsed) =>
        Empty(parsed) ?? UnknownOption(parsed);

    private static string? Empty(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<OptionResult>()
            .FirstOrDefault(o => o.Tokens.Any(t => t.Value.Length == 0)) is { } empty
            ? $"{empty.Option.Name} is given an empty word: see "
                + $"'{FullName(parsed.CommandResult)} --help'"
            : null;

    // An argument that takes any number of words takes what looks like an option, too.
    private static string? UnknownOption(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .Where(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", Ordinal))
            .Select(t => t.Value)
            .FirstOrDefault(t => IsInArgument(parsed.CommandResult, t)) is string word
            ? Unknown(word, parsed.CommandResult)
            : null;

    private static string Unknown(string word, CommandResult command) =>
        $"there is no option {word}: see '{FullName(command)} --help'";

    private static bool IsInArgument(CommandResult command, string word) =>
        command.Children.OfType<ArgumentResult>()
            .Any(a => a.Tokens.Any(t => t.Value == word));

    private static string FullName(SymbolResult command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is CommandResult c; at = at.Parent)
        {
            names.Insert(0, c.Command.Name);
        }
        return string.Join(' ', names);
    }
}

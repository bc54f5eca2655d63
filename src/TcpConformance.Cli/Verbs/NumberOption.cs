using System.CommandLine;
using System.Globalization;

namespace TcpConformance.Cli.Verbs;

/// <summary>An option whose value is a whole number within bounds.</summary>
internal static class NumberOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">With its hyphens.</param>
    /// <param name="standard">Its value when it is not given.</param>
    /// <param name="most">The greatest value.</param>
    /// <param name="description">For the help.</param>
    internal static Option<long> Create(
        string name, long standard, long most, string description) => new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (long.TryParse(
                    text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                    && value <= most)
                {
                    return value;
                }
                result.AddError(most == long.MaxValue
                    ? $"{name} {text} is no number from 0 on."
                    : $"{name} {text} is no number from 0 to {most}.");
                return standard;
            },
        };
}

import {
  Body,
  Button,
  Column,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Preview,
  Row,
  Section,
  Text,
} from '@react-email/components'
import type { CSSProperties } from 'react'
import type { MailWords } from './words.ts'

const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
const INK = '#12242c'
const QUIET = '#52656e'

/** Mail programs that know the dark scheme get it; the others invert light colours well enough by themselves. */
const DARK = `@media (prefers-color-scheme: dark) {
  .ground, .ground > table > tbody > tr > td { background-color: #0a1013 !important; }
  .sheet { background-color: #131c21 !important; border-color: #2a373d !important; }
  .ink { color: #eef4f6 !important; }
  .quiet { color: #a3b4bc !important; }
  .act { background-color: #5bc0d8 !important; color: #07171d !important; }
  .rule { border-color: #2a373d !important; }
}`

const text: CSSProperties = { margin: '0 0 12px', fontSize: '15px', lineHeight: '24px', color: INK }
const fact: CSSProperties = { margin: 0, fontSize: '14px', lineHeight: '22px' }

export const Mail = ({ words }: { words: MailWords }) => (
  <Html lang="en">
    <Head>
      <title>{words.subject}</title>
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <style>{DARK}</style>
    </Head>
    <Preview>{words.preview}</Preview>
    <Body className="ground" style={{ margin: 0, backgroundColor: '#f1f5f6', fontFamily: FONT }}>
      <Container style={{ maxWidth: '520px', padding: '32px 16px' }}>
        <Text className="quiet" style={{ margin: '0 0 12px 4px', fontSize: '13px', fontWeight: 600, color: QUIET }}>
          Spillway
        </Text>
        <Section
          className="sheet"
          style={{ backgroundColor: '#ffffff', border: '1px solid #dde5e8', borderRadius: '12px', padding: '28px' }}
        >
          <Heading
            as="h1"
            className="ink"
            style={{ margin: '0 0 14px', fontSize: '21px', lineHeight: '28px', letterSpacing: '-0.01em', color: INK }}
          >
            {words.heading}
          </Heading>
          {words.paragraphs.map((paragraph) => (
            <Text key={paragraph} className="ink" style={text}>
              {paragraph}
            </Text>
          ))}
          {words.facts.length > 0 && (
            <Section style={{ margin: '4px 0 8px' }}>
              {words.facts.map(({ name, value }) => (
                <Row key={name}>
                  <Column style={{ width: '112px', verticalAlign: 'top' }}>
                    <Text className="quiet" style={{ ...fact, color: QUIET }}>
                      {name}
                    </Text>
                  </Column>
                  <Column>
                    <Text className="ink" style={{ ...fact, color: INK, fontWeight: 500, wordBreak: 'break-word' }}>
                      {value}
                    </Text>
                  </Column>
                </Row>
              ))}
            </Section>
          )}
          <Button
            href={words.action.href}
            className="act"
            style={{
              marginTop: '12px',
              padding: '11px 18px',
              borderRadius: '8px',
              backgroundColor: '#0b6178',
              color: '#ffffff',
              fontSize: '15px',
              fontWeight: 600,
            }}
          >
            {words.action.label}
          </Button>
          <Hr className="rule" style={{ margin: '26px 0 14px', borderColor: '#dde5e8' }} />
          <Text className="quiet" style={{ margin: 0, fontSize: '13px', lineHeight: '20px', color: QUIET }}>
            {words.foot}
          </Text>
        </Section>
      </Container>
    </Body>
  </Html>
)

/** The same mail for programs and people that read text. */
export function plainText(words: MailWords): string {
  const facts = words.facts.map(({ name, value }) => `${name}: ${value}`)
  const parts = [
    words.heading,
    ...words.paragraphs,
    ...(facts.length > 0 ? [facts.join('\n')] : []),
    `${words.action.label}:\n${words.action.href}`,
    `-- \n${words.foot}`,
  ]
  return `${parts.join('\n\n')}\n`
}
